package heddle.rxrpc.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.PcapReader;
import heddle.rxrpc.trace.PacketLog.Direction;
import heddle.rxrpc.wire.PacketVector;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapTracerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T06:07:08.123456789Z");
  private static final InetSocketAddress LOCAL = new InetSocketAddress("10.254.0.10", 7001);
  private static final InetSocketAddress PEER = new InetSocketAddress("10.254.0.1", 7000);

  private static TraceEvent seen(long nanos, Direction direction) {
    ByteBuffer datagram = PacketVector.named("version-client").buffer();
    return new TraceEvent.PacketSeen(nanos, direction, LOCAL, PEER, datagram);
  }

  @Test
  void writesBothDirectionsWithTheEndpointsTimes(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("trace.pcap");
    try (PcapWriter capture = PcapWriter.create(file, Long.MAX_VALUE)) {
      PcapTracer tracer = new PcapTracer(capture, InstantSource.fixed(NOW));
      tracer.trace(seen(77_000, Direction.SENT));
      tracer.trace(seen(79_500, Direction.RECEIVED));
    }
    List<PcapReader.Datagram> datagrams = PcapReader.read(file);
    assertThat(datagrams).hasSize(2);
    assertThat(datagrams.get(0).time()).isEqualTo(NOW);
    assertThat(datagrams.get(0).from()).isEqualTo(LOCAL);
    assertThat(datagrams.get(0).to()).isEqualTo(PEER);
    assertThat(datagrams.get(1).time()).isEqualTo(NOW.plusNanos(2500));
    assertThat(datagrams.get(1).from()).isEqualTo(PEER);
    assertThat(datagrams.get(1).buffer()).isEqualTo(PacketVector.named("version-client").buffer());
  }

  @Test
  void fullDiskEndsTheCaptureAndNothingElse() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (attempts.getAndIncrement() > 0) { // the file's header finds room
              throw new IOException("No space left on device");
            }
          }
        };
    PcapTracer tracer = new PcapTracer(new PcapWriter(full, Long.MAX_VALUE));
    tracer.trace(seen(0, Direction.SENT));
    tracer.trace(seen(1, Direction.SENT));
    assertThat(attempts).hasValue(2);
  }
}
