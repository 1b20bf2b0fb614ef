package heddle.bench.micro;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a call without data takes over loopback, client and server in one JVM. The callers are
 * virtual threads; {@code -jvmArgsAppend -Djmh.executor=FIXED_TPE} makes them platform threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
public class CallLatencyBenchmark {
  private static final int CALLS = 64;

  @SuppressWarnings("NullAway.Init") // by JMH
  private LoopbackPair pair;

  /** Opens both ends. */
  @Setup
  public void open() throws IOException {
    pair = new LoopbackPair(CALLS);
  }

  /** Closes them. */
  @TearDown
  public void close() {
    pair.close();
  }

  /** One call; with {@code -t N}, N at a time. */
  @Benchmark
  public int nullCall() throws IOException {
    return pair.call(0);
  }
}
