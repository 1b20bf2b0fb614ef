package heddle.afs.nio;

import heddle.rxrpc.testkit.NeedsCell;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On servers of OpenAFS. */
@NeedsCell
class WatchingIT extends WatchingContract {
  private static TestPlace place;

  @BeforeAll
  static void start() throws Exception {
    place = new RealPlace();
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
