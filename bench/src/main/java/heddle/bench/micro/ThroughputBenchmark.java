package heddle.bench.micro;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many megabytes a second calls move together over loopback, client and server in one JVM: one
 * operation is {@value #TOTAL_BYTES} bytes, split among {@link #calls} that run at the same time,
 * each on a virtual thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ThroughputBenchmark {
  static final int TOTAL_BYTES = 64 << 20;

  /** Calls at a time. */
  @Param({"1", "4", "1000"})
  public int calls;

  @SuppressWarnings("NullAway.Init") // by JMH
  private LoopbackPair pair;

  @SuppressWarnings("NullAway.Init") // by JMH
  private ExecutorService callers;

  /** What one operation counts for. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Moved {
    /** Millions of bytes a second. */
    public double megabytes;
  }

  /** Opens both ends. */
  @Setup
  public void open() throws IOException {
    pair = new LoopbackPair(calls);
    callers = Executors.newVirtualThreadPerTaskExecutor();
  }

  /** Closes them. */
  @TearDown
  public void close() {
    callers.close();
    pair.close();
  }

  /** All calls, to the end of the last. */
  @Benchmark
  public int receive(Moved moved) throws InterruptedException, ExecutionException {
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      all.add(callers.submit(() -> pair.call(TOTAL_BYTES / calls)));
    }
    int bytes = 0;
    for (Future<Integer> one : all) {
      bytes += one.get();
    }
    moved.megabytes += bytes / 1e6;
    return bytes;
  }
}
