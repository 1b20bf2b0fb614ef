package heddle.afs.rpc;

import heddle.afs.AfsException;

/**
 * What abort codes of AFS servers mean.
 *
 * <p>Protocol source: OpenAFS src/afs/volerrors.h, src/afs/unified_afs.et,
 * src/vlserver/vl_errors.et, src/rxkad/rxkad_errs.et, src/ubik/uerrors.et.
 */
public final class AfsErrorCode {
  public static final int VSALVAGE = 101;
  public static final int VNOVNODE = 102;
  public static final int VNOVOL = 103;
  public static final int VVOLEXISTS = 104;
  public static final int VNOSERVICE = 105;
  public static final int VOFFLINE = 106;
  public static final int VONLINE = 107;
  public static final int VDISKFULL = 108;
  public static final int VOVERQUOTA = 109;
  public static final int VBUSY = 110;
  public static final int VMOVED = 111;
  public static final int VRESTARTING = -100;

  public static final int VL_NOENT = 363524;

  private AfsErrorCode() {}

  /** Returns the name of the code, or the number alone. */
  public static String name(int code) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the exception for a call that was aborted with {@code code}.
   *
   * @param what what was done to what, for the message
   */
  public static AfsException toException(int code, String what) {
    throw new UnsupportedOperationException(what);
  }
}
