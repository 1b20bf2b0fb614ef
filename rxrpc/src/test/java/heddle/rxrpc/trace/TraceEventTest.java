package heddle.rxrpc.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.trace.PacketLog.Direction;
import heddle.rxrpc.trace.TraceEvent.AckCause;
import heddle.rxrpc.trace.TraceEvent.Kind;
import heddle.rxrpc.trace.TraceEvent.LossCause;
import heddle.rxrpc.trace.TraceEvent.WindowCause;
import heddle.rxrpc.wire.PacketVector;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The lines that operators read, and the tracers that only pass events on. */
class TraceEventTest {
  static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.1", 7000);
  static final InetSocketAddress PEER6 = new InetSocketAddress("2001:db8::1", 7000);
  static final CallIdentity CALL = new CallIdentity(12, Side.CLIENT, PEER, 1, 0x7d3a1c02, 3);
  static final Ending SUCCEEDED = new Ending(Outcome.SUCCEEDED, OptionalInt.empty(), "");

  static final TraceEvent.CallCompleted COMPLETED =
      new TraceEvent.CallCompleted(
          5_000_000, CALL, OptionalInt.of(132), SUCCEEDED, 60, 148, 0, 1_234_567);

  /** One event of each sort, with the line that it gives. */
  static final List<TraceEvent> EVENTS =
      List.of(
          new TraceEvent.CallStarted(0, new CallIdentity(12, Side.CLIENT, PEER, 1, 0, 0)),
          new TraceEvent.CallAttached(1000, CALL, 250_000),
          COMPLETED,
          new TraceEvent.PacketSeen(
              0, Direction.SENT, PEER6, PEER, PacketVector.named("version-client").buffer()),
          new TraceEvent.PacketsLost(0, CALL, 3, LossCause.OVERTAKEN),
          new TraceEvent.AckDecided(0, CALL, "DELAY", AckCause.ENOUGH_PACKETS, 17, 5, 255),
          new TraceEvent.AckDecided(0, CALL, "DELAY", AckCause.PUT_OFF, 17, 5, 255),
          new TraceEvent.RttSampled(0, CALL, 1_500_000, 2_000_000, 500_000),
          new TraceEvent.WindowChanged(0, CALL, WindowCause.LOSS, 8, 8),
          new TraceEvent.ConnectionOpened(0, Side.SERVICE, PEER6, 1, 0x9c258aab, 0x0cf9d7e0),
          new TraceEvent.ConnectionReaped(0, Side.CLIENT, PEER, 0x0cf9d7e0, 120_000_000_000L),
          new TraceEvent.BatchProcessed(0, 4, 5776, 42_000));

  @Test
  void eachEventIsOneLine() {
    assertThat(EVENTS.stream().map(TraceEvent::toString))
        .containsExactly(
            "C12 -> 192.0.2.1:7000 service 1 started",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 has a channel after 0.250 ms",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 opcode 132: ok, 60 bytes sent,"
                + " 148 received, 1.235 ms",
            "192.0.2.1:7000 >> 000003e7:00000000 #101 VERSION   serial=0 LAST|CLIENT len=1",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 lost 3 packets: overtaken",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 sends ACK DELAY: enough packets,"
                + " quotes 17, first missing 5, window 255",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 puts off ACK DELAY,"
                + " quotes 17, first missing 5, window 255",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 round trip 1.500 ms, smoothed 2.000 ms,"
                + " variation 0.500 ms",
            "C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 congestion window 8, slow start up to 8:"
                + " loss",
            "service connection 9c258aab:0cf9d7e0 with [2001:db8:0:0:0:0:0:1]:7000 service 1"
                + " opened",
            "client connection 0cf9d7e0 with 192.0.2.1:7000 dropped, idle for 120000.000 ms",
            "4 datagrams, 5776 bytes handled in 0.042 ms");
  }

  @Test
  void callThatFailedSaysHow() {
    CallIdentity served = new CallIdentity(7, Side.SERVICE, PEER, 1, 0x7d3a1c02, 3);
    Ending aborted = new Ending(Outcome.LOCAL_ABORT, OptionalInt.of(-6), "the user aborted");
    assertThat(
            new TraceEvent.CallCompleted(
                0, served, OptionalInt.empty(), aborted, 0, 1, 2, 1_000_000))
        .hasToString(
            "C7 <- 192.0.2.1:7000 service 1 7d3a1c02#3: aborted here, code -6, the user aborted,"
                + " 0 bytes sent, 1 received, 2 packets resent, 1.000 ms");
  }

  @Test
  void textTracerPutsTheTimeSinceTheFirstEventBeforeEachLine() {
    List<String> lines = new ArrayList<>();
    TextTracer tracer = new TextTracer(lines::add);
    tracer.trace(new TraceEvent.PacketsLost(7_000_000_000L, CALL, 1, LossCause.TIME_OUT));
    tracer.trace(new TraceEvent.PacketsLost(8_000_001_000L, CALL, 2, LossCause.TIME_OUT));
    assertThat(lines)
        .containsExactly(
            "    0.000000 " + CALL + " lost 1 packets: time out",
            "    1.000001 " + CALL + " lost 2 packets: time out");
  }

  @Test
  void textTracerGivesALineForEachPacketOfAJumbogram() {
    List<String> lines = new ArrayList<>();
    new TextTracer(lines::add)
        .trace(
            new TraceEvent.PacketSeen(
                0,
                Direction.RECEIVED,
                PEER,
                PEER,
                PacketVector.named("data-jumbo-server").buffer()));
    assertThat(lines)
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.startsWith("    0.000000 192.0.2.1:7000 << "));
  }

  @Test
  void tracerOfCallsHandsOnWhatEndedAndWantsNothingElse() {
    List<TraceEvent> ended = new ArrayList<>();
    Tracer tracer = Tracer.ofCalls(ended::add);
    EVENTS.forEach(tracer::trace);
    assertThat(ended).containsExactly(COMPLETED);
    assertThat(tracer.wants()).containsExactly(Kind.CALL);
  }

  @Test
  void groupTellsEachWhatItWants() {
    List<String> losses = new ArrayList<>();
    List<TraceEvent> calls = new ArrayList<>();
    Tracer group =
        Tracer.of(
            new TextTracer(losses::add, EnumSet.of(Kind.LOSS)),
            Tracer.ofCalls(calls::add),
            Tracer.NONE);
    EVENTS.forEach(group::trace);
    assertThat(group.wants()).containsExactlyInAnyOrder(Kind.LOSS, Kind.CALL);
    assertThat(losses).hasSize(1);
    assertThat(calls).containsExactly(COMPLETED);
  }

  @Test
  void eachKindHasItsOwnBit() {
    assertThat(EnumSet.allOf(Kind.class).stream().mapToInt(Kind::bit).sum())
        .isEqualTo((1 << Kind.values().length) - 1);
  }
}
