package heddle.rxrpc.protocol;

/**
 * The abort codes that Rx itself sends or minds; its users know them as {@code AbortCodes}.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.h, "RX error codes".
 */
public final class RxCode {
  public static final int CALL_DEAD = -1;
  public static final int INVALID_OPERATION = -2;
  public static final int CALL_TIMEOUT = -3;
  public static final int PROTOCOL_ERROR = -5;
  public static final int USER_ABORT = -6;

  /** That of rxgen's stubs for an operation that there is not; src/rxgen/rxgen_consts.h. */
  public static final int OPCODE = -455;

  private RxCode() {}
}
