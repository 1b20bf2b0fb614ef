package heddle.rxrpc;

/**
 * The network said that the peer cannot be reached: an ICMP error, or a local send error. The peer
 * may have executed the call if part of it had got through before.
 */
public final class PeerUnreachableException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String why;

  PeerUnreachableException(String why, CallFacts facts) {
    super("peer unreachable: " + why, facts);
    this.why = why;
  }

  /** Returns what the network said, and who said it if that is known. */
  public String why() {
    return why;
  }
}
