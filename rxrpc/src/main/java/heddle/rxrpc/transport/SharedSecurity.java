package heddle.rxrpc.transport;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ConnectionSecurity;

/**
 * The security class of a wire connection, whose keys are overwritten when nobody has any use for
 * them: the connection is gone, and each of its calls has been read to its end, or let go.
 */
final class SharedSecurity {
  private final ConnectionSecurity security;
  private final UseCount holders = new UseCount(); // the connection is the first

  SharedSecurity(ConnectionSecurity security) {
    this.security = security;
  }

  /** Returns what protects the packets of a call, which holds this from now on. */
  CallSecurity hold(int channel, int callNumber) {
    holders.acquire(); // if it fails the keys are gone, and the first packet will say so
    return security.call(channel, callNumber);
  }

  /** A call, or the connection, needs this no more. */
  void release() {
    if (holders.releaseLast()) {
      security.close();
    }
  }

  /** Nobody is to use this any more, whoever holds it. */
  void close() {
    security.close();
  }

  @Override
  public String toString() {
    return security.toString();
  }
}
