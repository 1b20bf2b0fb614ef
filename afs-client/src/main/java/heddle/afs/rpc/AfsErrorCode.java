package heddle.afs.rpc;

import heddle.afs.AfsException;
import heddle.rxrpc.AbortCodes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the abort codes of AFS servers mean: one table from code to name and {@link ErrorKind}, and
 * one from there to {@link AfsException}. The codes that a client acts upon have constants.
 *
 * <p>A server that was not told {@link Capabilities#ERROR_TRANSLATION} sends its own errno; those
 * of Linux are understood, except where the volume package has a code of the same number.
 *
 * <p>Protocol source: OpenAFS src/afs/volerrors.h; src/viced/afsfileprocs.c, sys_error_to_et.
 */
public final class AfsErrorCode {
  /** The volume must be salvaged. */
  public static final int VSALVAGE = 101;

  /** The vnode does not exist (any more). */
  public static final int VNOVNODE = 102;

  /** The volume is not on this server. */
  public static final int VNOVOL = 103;

  /** The volume is there already. */
  public static final int VVOLEXISTS = 104;

  /** The volume is not in service; old servers ended idle calls with it. */
  public static final int VNOSERVICE = 105;

  /** The volume is offline. */
  public static final int VOFFLINE = 106;

  /** The volume is online already. */
  public static final int VONLINE = 107;

  /** The partition is full. */
  public static final int VDISKFULL = 108;

  /** The volume is at its quota. */
  public static final int VOVERQUOTA = 109;

  /** The volume is busy for a moment. */
  public static final int VBUSY = 110;

  /** The volume is on another server now. */
  public static final int VMOVED = 111;

  /** The server is starting; equal to RX_RESTARTING. */
  public static final int VRESTARTING = -100;

  /** The volume location database has no such volume, or no such server. */
  public static final int VL_NOENT = 363524;

  private static final Map<Integer, String> NAMES = ErrorTables.names();

  private AfsErrorCode() {}

  /** Returns the name of the code, or of its table, with the code; or the number alone. */
  public static String name(int code) {
    String name = NAMES.get(code);
    if (name != null) {
      return name + " (" + code + ")";
    }
    String known = AbortCodes.name(code);
    return known.equals(Integer.toString(code)) ? "error " + code : known;
  }

  /**
   * Returns whether the operating system of the server has refused what it was asked for, and would
   * again: not because of a shortage that passes, nor because of the connection, its security, or
   * another server.
   */
  public static boolean isOfSystem(int code) {
    return ErrorTables.isOfSystem(NAMES.getOrDefault(code, ""));
  }

  /**
   * Returns the code in the unified table of an errno of Linux, as servers send it to clients that
   * have told {@link Capabilities#ERROR_TRANSLATION}.
   */
  public static int unified(int errno) {
    return ErrorTables.unified(errno);
  }

  /** Returns what the code means; {@link ErrorKind#SERVER_FAILURE} for unknown ones. */
  public static ErrorKind kind(int code) {
    return ErrorTables.kind(NAMES.getOrDefault(code, ""));
  }

  /**
   * Returns the exception for a call that was aborted with {@code code}, or for an error code in a
   * reply.
   *
   * @param what what was tried on what, for the message
   */
  public static AfsException toException(int code, String what) {
    return toException(code, what, null);
  }

  /** Returns the same with a cause. */
  public static AfsException toException(int code, String what, @Nullable Throwable cause) {
    String message = what + ": " + name(code);
    return switch (kind(code)) {
      case NO_SUCH_FILE -> new AfsException.NoSuchFile(message, cause);
      case STALE_FID -> new AfsException.StaleFid(message, cause);
      case NOT_A_DIRECTORY -> new AfsException.NotADirectory(message, cause);
      case IS_A_DIRECTORY -> new AfsException.IsADirectory(message, cause);
      case FILE_EXISTS -> new AfsException.FileExists(message, cause);
      case DIRECTORY_NOT_EMPTY -> new AfsException.DirectoryNotEmpty(message, cause);
      case PERMISSION_DENIED -> new AfsException.PermissionDenied(message, cause);
      case NOT_PERMITTED -> new AfsException.NotPermitted(message, cause);
      case READ_ONLY_VOLUME -> new AfsException.ReadOnlyVolume(message, cause);
      case QUOTA_EXCEEDED -> new AfsException.QuotaExceeded(message, cause);
      case NO_SPACE -> new AfsException.NoSpace(message, cause);
      case FILE_TOO_BIG -> new AfsException.FileTooBig(message, cause);
      case TOO_MANY_LINKS -> new AfsException.TooManyLinks(message, cause);
      case NAME_TOO_LONG -> new AfsException.NameTooLong(message, cause);
      case INVALID_ARGUMENT -> new AfsException.InvalidArgument(message, cause);
      case CROSS_VOLUME -> new AfsException.CrossVolume(message, cause);
      case LOCK_HELD -> new AfsException.LockHeld(message, cause);
      case NO_SUCH_VOLUME -> new AfsException.NoSuchVolume(message, cause);
      case VOLUME_MOVED, VOLUME_BUSY, VOLUME_OFFLINE, DATABASE_UNAVAILABLE ->
          new AfsException.VolumeUnavailable(message, cause);
      case TOKEN_EXPIRED -> new AfsException.TokenExpired(message, cause);
      case TOKEN_REJECTED -> new AfsException.TokenRejected(message, cause);
      case NOT_SUPPORTED, SERVER_FAILURE -> new AfsException.ServerFailure(message, cause);
    };
  }
}
