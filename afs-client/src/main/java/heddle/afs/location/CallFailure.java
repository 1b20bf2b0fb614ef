package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.afs.rpc.AfsErrorCode;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallTimeoutException;
import heddle.rxrpc.EndpointClosedException;
import heddle.rxrpc.LocalAbortException;
import heddle.rxrpc.PeerBusyException;
import heddle.rxrpc.PeerUnreachableException;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.TooManyCallsException;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.xdr.XdrException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;

/**
 * Why one call to one server failed. What the transport throws becomes a {@code CallFailure} here,
 * and what remains of it after all servers were tried becomes an {@link AfsException} here: nowhere
 * else does the client look at either.
 */
public final class CallFailure extends IOException {
  /** Who or what ended the call. */
  public enum Kind {
    /** The server, with a code. */
    ABORTED,
    /** The server did not answer in time. */
    SILENT,
    /** The network says that the server cannot be reached. */
    UNREACHABLE,
    /** The server's Rx has no room for another call. */
    BUSY,
    /** The server broke the protocol. */
    MALFORMED,
    /** The client was closed. */
    CLOSED,
    /** The caller's thread was interrupted; the flag is set. */
    INTERRUPTED,
    /** Something on this machine. */
    LOCAL
  }

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int abortCode;
  private final boolean mayHaveExecuted;

  private CallFailure(
      Kind kind, int abortCode, String message, Throwable cause, boolean mayHaveExecuted) {
    super(message, cause);
    this.kind = kind;
    this.abortCode = abortCode;
    this.mayHaveExecuted = mayHaveExecuted;
  }

  /** Returns the failure of a call that the server aborted. */
  public static CallFailure aborted(int code) {
    IOException cause = new IOException("abort");
    return new CallFailure(Kind.ABORTED, code, AfsErrorCode.name(code), cause, !isRefusal(code));
  }

  /** Returns a failure of that kind of a call that may have been executed. */
  public static CallFailure of(Kind kind, String message) {
    return new CallFailure(kind, 0, message, new IOException(message), true);
  }

  /** Returns a failure of that kind of a call that was not even begun. */
  public static CallFailure notBegun(Kind kind, String message) {
    return new CallFailure(kind, 0, message, new IOException(message), false);
  }

  /** Returns the same failure, of a call that was not even begun because of it. */
  CallFailure notBegun() {
    Throwable cause = Objects.requireNonNull(getCause()); // each has one
    return new CallFailure(kind, abortCode, String.valueOf(getMessage()), cause, false);
  }

  /** Returns what {@code e} means. */
  public static CallFailure of(IOException e) {
    return switch (e) {
      case CallFailure known -> known;
      case CallException call -> ofCall(call);
      case XdrException xdr -> caused(Kind.MALFORMED, xdr);
      case InterruptedIOException interrupted -> ofInterrupt(interrupted);
      default -> caused(Kind.LOCAL, e);
    };
  }

  private static CallFailure ofCall(CallException e) {
    return switch (e) {
      case RemoteAbortException abort -> ofAbort(abort);
      case CallTimeoutException timeout -> caused(Kind.SILENT, timeout);
      case PeerUnreachableException unreachable -> caused(Kind.UNREACHABLE, unreachable);
      case PeerBusyException busy -> caused(Kind.BUSY, busy);
      case TooManyCallsException crowd -> caused(Kind.LOCAL, crowd);
      case LocalAbortException abort -> ofLocalAbort(abort);
      case EndpointClosedException closed -> caused(Kind.CLOSED, closed);
    };
  }

  /** What this side finds wrong with its own token is as if the server had said it. */
  private static CallFailure ofLocalAbort(LocalAbortException e) {
    boolean aboutToken =
        e.rxkadError()
            .filter(error -> error == RxkadError.EXPIRED || error == RxkadError.LEVEL_FAIL)
            .isPresent();
    return aboutToken
        ? new CallFailure(
            Kind.ABORTED, e.code(), String.valueOf(e.getMessage()), e, e.mayHaveExecuted())
        : caused(Kind.MALFORMED, e);
  }

  private static CallFailure ofAbort(RemoteAbortException e) {
    return switch (e.code()) {
      case AbortCodes.RX_CALL_DEAD, AbortCodes.RX_CALL_TIMEOUT, AbortCodes.RX_CALL_IDLE ->
          caused(Kind.SILENT, e);
      default ->
          new CallFailure(
              Kind.ABORTED,
              e.code(),
              String.valueOf(e.getMessage()),
              e,
              !isRefusal(e.code()) && e.mayHaveExecuted());
    };
  }

  /**
   * Whether a server that aborts with the code has changed nothing. Codes of AFS are positive, and
   * say why it would not; those of Rx and its stubs may come when the work is done.
   */
  private static boolean isRefusal(int code) {
    return code > 0
        || code == AfsErrorCode.VRESTARTING
        || code == AbortCodes.RXGEN_OPCODE
        || code == AbortCodes.RXGEN_SS_UNMARSHAL;
  }

  private static CallFailure ofInterrupt(InterruptedIOException e) {
    Thread.currentThread().interrupt();
    return caused(Kind.INTERRUPTED, e);
  }

  private static CallFailure caused(Kind kind, IOException cause) {
    Throwable end = cause instanceof InterruptedIOException ? cause.getCause() : cause;
    boolean mayHaveExecuted = !(end instanceof CallException call) || call.mayHaveExecuted();
    return new CallFailure(kind, 0, String.valueOf(cause.getMessage()), cause, mayHaveExecuted);
  }

  /** Returns who or what ended the call. */
  public Kind kind() {
    return kind;
  }

  /** Returns the server's code if it was {@link Kind#ABORTED}, else 0. */
  public int abortCode() {
    return abortCode;
  }

  /** Returns whether the server answered at all: it is alive, whatever it said. */
  public boolean serverAnswered() {
    return kind == Kind.ABORTED || kind == Kind.BUSY || kind == Kind.MALFORMED;
  }

  /** Returns whether the server itself ended the call, if only by saying that we are dead. */
  boolean isAbort() {
    return kind == Kind.ABORTED || getCause() instanceof RemoteAbortException;
  }

  /**
   * Returns false only where the server certainly did not make the change that it was asked for:
   * nothing of the request was sent, or the server refused it.
   */
  public boolean mayHaveExecuted() {
    return mayHaveExecuted;
  }

  /**
   * Returns what the user is told when no other server can help.
   *
   * @param what what was tried on what, and where
   */
  public AfsException toAfsException(String what) {
    return toAfsException(what, Duration.ZERO);
  }

  /**
   * Returns the same.
   *
   * @param tried for how long
   */
  AfsException toAfsException(String what, Duration tried) {
    String message = what + ": " + getMessage();
    return switch (kind) {
      case ABORTED -> AfsErrorCode.toException(abortCode, what, this);
      case SILENT, UNREACHABLE ->
          new AfsException.ServersUnreachable(what + ": " + Silence.text(this, tried), this);
      case BUSY -> new AfsException.VolumeUnavailable(message, this);
      case MALFORMED -> new AfsException.ProtocolViolation(message, this);
      case CLOSED -> new AfsException.ClientClosed(message, this);
      case INTERRUPTED -> new AfsException.Interrupted(message, this);
      case LOCAL -> new AfsException.ServerFailure(message, this);
    };
  }
}
