package heddle.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.MalformedPacketException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each benchmark for a moment, to see that it does what it is about. */
class BenchmarkSmokeTest {
  private static final int PROBE = 1; // of the path, by a call that receives much

  @Test
  void headers() throws MalformedPacketException {
    HeaderCodecBenchmark benchmark = new HeaderCodecBenchmark();

    assertThat(benchmark.decodeHeader().serviceId()).isEqualTo(147);
    assertThat(benchmark.decodeDataPacket().header()).isEqualTo(benchmark.decodeHeader());
    assertThat(benchmark.encodeHeader().position()).isEqualTo(28);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void eachAckLetsAsManyPacketsGoAsItAcknowledges(int packets) throws MalformedPacketException {
    AckProcessingBenchmark benchmark = new AckProcessingBenchmark();
    benchmark.packets = packets;
    benchmark.begin();

    int before = benchmark.ackAndRefill();

    for (int i = 1; i <= 1000; i++) {
      assertThat(benchmark.ackAndRefill()).isEqualTo(before + i * packets);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 32})
  void eachBatchIsAcknowledgedOnce(int batch) throws MalformedPacketException {
    DataReceiveBenchmark benchmark = new DataReceiveBenchmark();
    benchmark.batch = batch;
    benchmark.begin();

    for (int i = 1; i <= 100; i++) {
      assertThat(benchmark.receiveData()).isEqualTo(i * 32 / batch + PROBE);
    }
  }

  @Test
  void nullCall() throws IOException {
    CallLatencyBenchmark benchmark = new CallLatencyBenchmark();
    benchmark.open();
    try {
      assertThat(benchmark.nullCall()).isZero();
    } finally {
      benchmark.close();
    }
  }

  @Test
  void throughputCountsAllBytes() throws IOException, InterruptedException, ExecutionException {
    ThroughputBenchmark benchmark = new ThroughputBenchmark();
    benchmark.calls = 4;
    benchmark.open();
    try {
      ThroughputBenchmark.Moved moved = new ThroughputBenchmark.Moved();
      assertThat(benchmark.receive(moved)).isEqualTo(ThroughputBenchmark.TOTAL_BYTES);
      assertThat(moved.megabytes).isEqualTo(ThroughputBenchmark.TOTAL_BYTES / 1e6);
    } finally {
      benchmark.close();
    }
  }
}
