package heddle.rxrpc.transport;

/** Is told what the network says about datagrams that did not arrive. */
@FunctionalInterface
public interface NetworkErrors {
  /** Tells nobody. */
  NetworkErrors IGNORED = error -> {};

  /**
   * Takes one error. The thread is whichever noticed it: the one that receives, or one that is
   * about to return from sending. The port holds no lock, and datagrams may be sent from here; it
   * must not wait.
   */
  void onError(NetworkError error);
}
