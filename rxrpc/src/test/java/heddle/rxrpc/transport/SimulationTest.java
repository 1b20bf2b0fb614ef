package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two whole endpoints on a network that does its worst, many times over. {@code
 * -Dheddle.sim.runs=N} says how often, {@code -Drx.seed=N} replays one run and prints every
 * datagram.
 */
class SimulationTest {
  private static final long RUNS = Long.getLong("heddle.sim.runs", 5_000);
  private static final int THREADS = 2;

  @Test
  @Timeout(1800)
  void everyCallEndsOnceWithItsBytesIntactOrOneClearError() throws InterruptedException {
    Long replay = Long.getLong("rx.seed");
    if (replay != null) {
      SimulationCheck.replay(replay, System.out::println);
      return;
    }
    assertThat(failuresOf(1, RUNS)).isEmpty();
  }

  /** Runs the seeds, each once, until ten have failed. */
  static List<String> failuresOf(long firstSeed, long runs) throws InterruptedException {
    AtomicLong next = new AtomicLong(firstSeed);
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("simulation-" + i)
              .start(
                  () -> {
                    long seed = next.getAndIncrement();
                    while (seed < firstSeed + runs && failures.size() < 10) {
                      try {
                        SimulationCheck.run(seed);
                      } catch (Throwable e) {
                        failures.add(e.getMessage());
                      }
                      seed = next.getAndIncrement();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(failures);
  }
}
