package heddle.rxrpc.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording holds after each event. */
class JfrTracerTest {
  private static final CallIdentity SERVED =
      new CallIdentity(7, Side.SERVICE, TraceEventTest.PEER6, 52, 0x7d3a1c02, 9);
  private static final List<String> EVENTS =
      List.of(
          "Call",
          "ConnectionOpened",
          "ConnectionReaped",
          "PacketLoss",
          "AckDecision",
          "RoundTrip",
          "CongestionWindow",
          "ReceiveBatch",
          "Peer");

  private final JfrTracer tracer = new JfrTracer();

  private Map<String, List<RecordedEvent>> record(Path directory) throws IOException {
    Path file = directory.resolve("test.jfr");
    Supplier<EndpointSnapshot> endpoint = JfrTracerTest::snapshot;
    try (Recording recording = new Recording()) {
      EVENTS.forEach(event -> recording.enable("heddle.rxrpc." + event));
      recording.enable("heddle.rxrpc.Peer").with("period", "endChunk");
      recording.start();
      tracer.begun(endpoint);
      TraceEventTest.EVENTS.forEach(tracer::trace);
      tracer.trace(new TraceEvent.CallStarted(0, SERVED));
      tracer.trace(
          new TraceEvent.CallCompleted(
              1,
              SERVED,
              OptionalInt.empty(),
              new Ending(Outcome.REMOTE_ABORT, OptionalInt.of(-6), ""),
              1,
              2,
              3,
              1));
      recording.stop();
      tracer.ended(endpoint);
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("heddle."))
        .collect(
            Collectors.groupingBy(
                event -> event.getEventType().getName().substring("heddle.rxrpc.".length())));
  }

  private static EndpointSnapshot snapshot() {
    Duration milli = Duration.ofMillis(1);
    PeerSnapshot peer =
        new PeerSnapshot(
            TraceEventTest.PEER, 1444, 255, milli, milli, milli, Optional.empty(), 1, 2, 3, 4);
    return new EndpointSnapshot(
        new InetSocketAddress("192.0.2.7", 7001),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(peer),
        List.of(),
        new EndpointStatistics(
            new EndpointStatistics.Datagrams(0, 0, Map.of(), Map.of()),
            new EndpointStatistics.Datagrams(0, 0, Map.of(), Map.of()),
            new EndpointStatistics.Data(0, 0, 0, 0, 0, 0),
            new EndpointStatistics.RoundTrips(0, milli, milli, milli),
            new EndpointStatistics.Calls(0, 0, Map.of(), Map.of()),
            new EndpointStatistics.Connections(0, 0, 0, 0),
            new EndpointStatistics.Faults(0, Optional.empty(), 0, 0, 0, 0, 0),
            0));
  }

  @Test
  void recordingHoldsEverySortOfEvent(@TempDir Path directory) throws IOException {
    Map<String, List<RecordedEvent>> events = record(directory);

    assertThat(events.keySet()).containsExactlyInAnyOrderElementsOf(EVENTS);
    assertThat(values(events.get("Call"), call -> call.getLong("call"))).containsExactly(12L, 7L);
    RecordedEvent client = events.get("Call").get(0);
    assertThat(client.getString("side")).isEqualTo("CLIENT");
    assertThat(client.getString("peer")).isEqualTo("192.0.2.1:7000");
    assertThat(client.getInt("service")).isEqualTo(1);
    assertThat(client.getString("cid")).isEqualTo("7d3a1c02");
    assertThat(client.getInt("callNumber")).isEqualTo(3);
    assertThat(client.getLong("opcode")).isEqualTo(132);
    assertThat(client.getString("outcome")).isEqualTo("SUCCEEDED");
    assertThat(client.getLong("bytesSent")).isEqualTo(60);
    assertThat(client.getLong("bytesReceived")).isEqualTo(148);
    RecordedEvent service = events.get("Call").get(1);
    assertThat(service.getLong("opcode")).isEqualTo(-1);
    assertThat(service.getString("outcome")).isEqualTo("REMOTE_ABORT");
    assertThat(service.getInt("abortCode")).isEqualTo(-6);
    assertThat(service.getInt("packetsResent")).isEqualTo(3);

    assertThat(values(events.get("AckDecision"), ack -> ack.getString("cause")))
        .containsExactly("ENOUGH_PACKETS", "PUT_OFF");
    assertThat(events.get("RoundTrip").get(0).getDuration("smoothed"))
        .isEqualTo(Duration.ofMillis(2));
    assertThat(events.get("PacketLoss").get(0).getInt("packets")).isEqualTo(3);
    assertThat(events.get("CongestionWindow").get(0).getInt("packets")).isEqualTo(8);
    assertThat(events.get("ConnectionOpened").get(0).getString("connectionId"))
        .isEqualTo("0cf9d7e0");
    assertThat(events.get("ConnectionReaped").get(0).getDuration("idle"))
        .isEqualTo(Duration.ofSeconds(120));
    RecordedEvent batch = events.get("ReceiveBatch").get(0);
    assertThat(batch.getInt("datagrams")).isEqualTo(4);
    assertThat(batch.getInt("bytes")).isEqualTo(5776);
    assertThat(batch.getDuration("processing")).isEqualTo(Duration.ofNanos(42_000));
    assertThat(events.get("Peer").get(0).getString("address")).isEqualTo("192.0.2.1:7000");
    assertThat(events.get("Peer").get(0).getLong("dataResent")).isEqualTo(2);
  }

  private static <T> List<T> values(
      List<RecordedEvent> events, Function<RecordedEvent, T> property) {
    return events.stream().map(property).toList();
  }

  @Test
  void watchesOneEndpointAtATime() {
    Supplier<EndpointSnapshot> one = JfrTracerTest::snapshot;
    Supplier<EndpointSnapshot> other = JfrTracerTest::snapshot;
    tracer.begun(one);
    assertThatThrownBy(() -> tracer.begun(other)).isInstanceOf(IllegalStateException.class);
    tracer.ended(one);
    tracer.begun(other);
    tracer.ended(other);
  }
}
