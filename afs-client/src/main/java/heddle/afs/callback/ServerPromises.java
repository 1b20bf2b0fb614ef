package heddle.afs.callback;

import java.util.UUID;

/** What a file server has promised altogether. Thread-safe. */
final class ServerPromises {
  private final Generation generation = new Generation();
  private final UUID uuid;
  private volatile boolean promised;

  ServerPromises(UUID uuid) {
    this.uuid = uuid;
  }

  UUID uuid() {
    return uuid;
  }

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
