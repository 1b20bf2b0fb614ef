package heddle.rxrpc;

/**
 * The peer refused the call with BUSY: it has no room for another call now. It did not execute it;
 * trying again later is safe.
 */
public final class PeerBusyException extends CallException {
  private static final long serialVersionUID = 1L;

  PeerBusyException(CallFacts facts) {
    super("peer busy", facts);
  }
}
