package heddle.afs.cell;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** What the file server has done since it began. Thread-safe. */
final class CallCounts {
  private final Instant started = Instant.now();
  private final LongAdder all = new LongAdder();
  private final LongAdder fetches = new LongAdder();
  private final LongAdder stores = new LongAdder();

  /** What kind of call one was. */
  enum Kind {
    FETCH,
    STORE,
    OTHER
  }

  void count(Kind kind) {
    all.increment();
    switch (kind) {
      case FETCH -> fetches.increment();
      case STORE -> stores.increment();
      case OTHER -> {}
    }
  }

  long startedSeconds() {
    return started.getEpochSecond();
  }

  long all() {
    return all.sum();
  }

  long fetches() {
    return fetches.sum();
  }

  long stores() {
    return stores.sum();
  }
}
