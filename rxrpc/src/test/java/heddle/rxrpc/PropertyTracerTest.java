package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.PcapReader;
import heddle.rxrpc.trace.TraceEvent.Kind;
import heddle.rxrpc.trace.Tracer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertyTracerTest {

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private Tracer tracer(String words) throws IOException {
    return PropertyTracer.of(words, 7001, lines::add);
  }

  @Test
  void wordsAreKindsOfEvents() throws IOException {
    assertThat(tracer("call, loss").wants()).containsExactlyInAnyOrder(Kind.CALL, Kind.LOSS);
    assertThat(tracer("all").wants()).containsExactlyInAnyOrder(Kind.values());
    assertThat(tracer("jfr").wants()).contains(Kind.CALL).doesNotContain(Kind.PACKET);
    assertThat(tracer("").wants()).isEmpty();
  }

  @Test
  void wordWithoutMeaningIsRefusedWithThoseThatHaveOne() {
    assertThatThrownBy(() -> tracer("call,packets"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "system property heddle.rxrpc.trace: \"packets\" is none of [call, packet, loss, ack,"
                + " rtt, congestion, connection, batch], all, jfr, pcap=FILE");
  }

  @Test
  void captureThatCannotBeBegunIsAnError(@TempDir Path directory) {
    assertThatThrownBy(() -> tracer("pcap=" + directory.resolve("absent/rx.pcap")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void linesAndCaptureOfAnEndpoint(@TempDir Path directory) throws IOException {
    try (Endpoint server = Endpoint.open(LOOPBACK)) {
      server.serve(1, call -> call.input().readAllBytes());
      Tracer tracer = tracer("call,pcap=" + directory.resolve("rx-%p.pcap"));
      try (Endpoint client = Endpoint.open(LOOPBACK.withTracer(tracer));
          Call call = client.connect(server.localAddress(), 1, Security.none()).newCall()) {
        call.send(ByteBuffer.allocate(4));
        assertThat(call.input().readAllBytes()).isEmpty();
      }
      assertThat(lines).anyMatch(line -> line.contains(" opcode 0: ok"));
      List<PcapReader.Datagram> captured = PcapReader.read(directory.resolve("rx-7001.pcap"));
      assertThat(captured).hasSizeGreaterThanOrEqualTo(2);
      assertThat(captured.get(0).to()).isEqualTo(server.localAddress());
    }
  }
}
