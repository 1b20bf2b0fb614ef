package heddle.rxrpc;

import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.rxkad.RxkadError;

/**
 * The abort codes that Rx itself uses. All others belong to the service or security class.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.h, "RX error codes"; src/rxgen/rxgen_consts.h.
 */
public final class AbortCodes {
  /** The peer has been silent for the dead time. */
  public static final int RX_CALL_DEAD = RxCode.CALL_DEAD;

  /** An operation that is not allowed now. */
  public static final int RX_INVALID_OPERATION = RxCode.INVALID_OPERATION;

  /** The call's time-out passed. */
  public static final int RX_CALL_TIMEOUT = RxCode.CALL_TIMEOUT;

  /** Unexpected end of data. */
  public static final int RX_EOF = -4;

  /** A packet that breaks the protocol. */
  public static final int RX_PROTOCOL_ERROR = RxCode.PROTOCOL_ERROR;

  /** The user aborted the call, giving no code. */
  public static final int RX_USER_ABORT = RxCode.USER_ABORT;

  /** The port or address is in use. */
  public static final int RX_ADDRINUSE = -7;

  /** A packet was larger than may be. */
  public static final int RX_MSGSIZE = -8;

  /** No progress was made for the idle time. */
  public static final int RX_CALL_IDLE = -9;

  /** The server asks to be left alone for a while. */
  public static final int RX_RESTARTING = -100;

  /** The stub could not marshal the request (client). */
  public static final int RXGEN_CC_MARSHAL = -450;

  /** The stub could not unmarshal the reply (client). */
  public static final int RXGEN_CC_UNMARSHAL = -451;

  /** The stub could not marshal the reply (server). */
  public static final int RXGEN_SS_MARSHAL = -452;

  /** The stub could not unmarshal the request (server). */
  public static final int RXGEN_SS_UNMARSHAL = -453;

  /** Data could not be decoded. */
  public static final int RXGEN_DECODE = -454;

  /** The service has no such operation. */
  public static final int RXGEN_OPCODE = RxCode.OPCODE;

  private AbortCodes() {}

  /**
   * Returns the code with its name where it is one of Rx's own, of rxkad or of what rxkad says of
   * tickets; {@code VL 4 (363524)} for others that are from a table of com_err, which has its name
   * in its numbers; else the number alone.
   */
  public static String name(int code) {
    return switch (code) {
      case RX_CALL_DEAD -> "RX_CALL_DEAD (-1)";
      case RX_INVALID_OPERATION -> "RX_INVALID_OPERATION (-2)";
      case RX_CALL_TIMEOUT -> "RX_CALL_TIMEOUT (-3)";
      case RX_EOF -> "RX_EOF (-4)";
      case RX_PROTOCOL_ERROR -> "RX_PROTOCOL_ERROR (-5)";
      case RX_USER_ABORT -> "RX_USER_ABORT (-6)";
      case RX_ADDRINUSE -> "RX_ADDRINUSE (-7)";
      case RX_MSGSIZE -> "RX_MSGSIZE (-8)";
      case RX_CALL_IDLE -> "RX_CALL_IDLE (-9)";
      case RX_RESTARTING -> "RX_RESTARTING (-100)";
      case RXGEN_CC_MARSHAL -> "RXGEN_CC_MARSHAL (-450)";
      case RXGEN_CC_UNMARSHAL -> "RXGEN_CC_UNMARSHAL (-451)";
      case RXGEN_SS_MARSHAL -> "RXGEN_SS_MARSHAL (-452)";
      case RXGEN_SS_UNMARSHAL -> "RXGEN_SS_UNMARSHAL (-453)";
      case RXGEN_DECODE -> "RXGEN_DECODE (-454)";
      case RXGEN_OPCODE -> "RXGEN_OPCODE (-455)";
      default ->
          RxkadError.fromAbortCode(code)
              .filter(error -> error.abortCode() == code)
              .map(RxkadError::fieldName)
              .or(() -> ComErr.name(code))
              .map(name -> name + " (" + code + ")")
              .orElse(Integer.toString(code));
    };
  }
}
