package heddle.afs.nio;

import heddle.afs.AfsClient;
import heddle.afs.UnstoredData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The end of a client that a file system has opened for itself. */
final class LastStores {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AfsClient client;

  LastStores(AfsClient client) {
    this.client = client;
  }

  /**
   * Stores what was written and closes the client; blocks for 30 s at most.
   *
   * @throws IOException if something could not be stored, and is lost
   */
  void storeAndClose() throws IOException {
    try {
      List<UnstoredData> lost = client.storeAll(LIMIT, bytesLeft -> {});
      if (!lost.isEmpty()) {
        throw new IOException("could not be stored, and is lost: " + lost);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close();
    }
  }
}
