package heddle.afs.callback;

/** What a file server has promised altogether. Thread-safe. */
final class ServerPromises {
  private final Generation generation = new Generation();
  private volatile boolean promised;

  Generation generation() {
    return generation;
  }

  void notePromise() {
    if (!promised) {
      promised = true;
    }
  }

  /** Returns whether the server ever gave a promise. */
  boolean hasPromised() {
    return promised;
  }
}
