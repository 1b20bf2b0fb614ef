package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two whole endpoints on a network that does its worst, 5,000 times over, or 100,000 times where
 * slow tests run. {@code -Dheddle.sim.runs=N} says how often it is done in the quick one, {@code
 * -Drx.seed=N} replays one run and prints every datagram.
 */
class SimulationTest {
  private static final long QUICK_RUNS = Long.getLong("heddle.sim.runs", 5_000);
  private static final long ALL_RUNS = 100_000;
  private static final int THREADS = 2;
  private static final Long REPLAY = Long.getLong("rx.seed");

  @Test
  @Timeout(1800)
  void everyCallEndsOnceWithItsBytesIntactOrOneClearError() throws InterruptedException {
    if (REPLAY != null) {
      SimulationCheck.replay(REPLAY, System.out::println);
      return;
    }
    assertThat(failuresOf(1, QUICK_RUNS)).isEmpty();
  }

  @Test
  @Tag("slow")
  @Timeout(1800)
  void soItIsInTheRestOfAHundredThousandRuns() throws InterruptedException {
    assumeTrue(REPLAY == null, "one run is replayed");
    assertThat(failuresOf(QUICK_RUNS + 1, ALL_RUNS - QUICK_RUNS)).isEmpty();
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
