package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who only looks sees whole rows, and holds nobody up. */
@Timeout(60)
class CoreLockTest {
  private static final int SECTIONS = 50_000;
  private static final int[] SMALL = {0};
  private static final int[] LARGE = new int[8];

  private final CoreLock lock = new CoreLock();
  private int first;
  private int second;
  private int[] third = SMALL;
  private int length = SMALL.length;

  private record Row(int first, int second, int last) {}

  /** Fails where it meets the new length with the old array. */
  private Row look() {
    return new Row(first, second, third[length - 1]);
  }

  private void section() {
    lock.lock();
    try {
      first++;
      length = length == SMALL.length ? LARGE.length : SMALL.length;
      third = length == SMALL.length ? SMALL : LARGE;
      second++;
    } finally {
      lock.unlock();
    }
  }

  @Test
  void rowsAreWholeWhileOthersWrite() throws Exception {
    AtomicInteger writing = new AtomicInteger(2);
    List<Future<?>> users = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int i = 0; i < 2; i++) {
        users.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < SECTIONS; n++) {
                    section();
                  }
                  writing.decrementAndGet();
                }));
      }
      do {
        Row row = lock.glance(this::look);
        assertThat(row.first).isEqualTo(row.second);
      } while (writing.get() > 0);
      for (Future<?> user : users) {
        user.get();
      }
    }
    assertThat(lock.glance(this::look).first).isEqualTo(2 * SECTIONS);
  }

  @Test
  void holderSeesWhatItHasWritten() {
    lock.lock();
    try {
      first = 7;
      assertThat(lock.glance(this::look).first).isEqualTo(7);
    } finally {
      lock.unlock();
    }
  }

  @Test
  void failureThatIsNoFaultOfASectionIsTold() {
    assertThatThrownBy(
            () ->
                lock.glance(
                    () -> {
                      throw new IllegalStateException("always");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }
}
