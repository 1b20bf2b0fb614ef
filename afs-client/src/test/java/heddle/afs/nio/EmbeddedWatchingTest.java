package heddle.afs.nio;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On an embedded cell. */
class EmbeddedWatchingTest extends WatchingContract {
  private static EmbeddedPlace place;

  @BeforeAll
  static void start() throws IOException {
    place = new EmbeddedPlace();
  }

  @AfterAll
  static void stop() throws IOException {
    place.close();
  }

  @Override
  TestPlace place() {
    return place;
  }
}
