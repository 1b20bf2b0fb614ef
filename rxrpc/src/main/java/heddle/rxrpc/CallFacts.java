package heddle.rxrpc;

import java.net.InetSocketAddress;

/** What was known of a call when it ended; each {@link CallException} carries one. */
record CallFacts(
    InetSocketAddress peer,
    int serviceId,
    String callName,
    String phase,
    long bytesAcknowledged,
    boolean mayHaveExecuted) {

  @Override
  public String toString() {
    return "call "
        + callName
        + " to "
        + peer.getAddress().getHostAddress()
        + ":"
        + peer.getPort()
        + " service "
        + serviceId
        + ", "
        + phase
        + ", "
        + bytesAcknowledged
        + " bytes acknowledged";
  }
}
