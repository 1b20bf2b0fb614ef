package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.testkit.NeedsRxdebug;
import heddle.rxrpc.trace.ConnectionSnapshot;
import heddle.rxrpc.trace.ConnectionSnapshot.Channel;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.EndpointStatistics.Datagrams;
import heddle.rxrpc.trace.PeerSnapshot;
import heddle.rxrpc.trace.ServiceSnapshot;
import heddle.rxrpc.trace.Side;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * OpenAFS's {@code rxdebug} against an endpoint with calls, connections and peers of both sides:
 * every number that it prints is the one of the snapshot.
 */
@NeedsRxdebug
class RxdebugTest {
  private static final int ECHO = 147;
  private static final int STUCK = 148;
  private static final int UNATTENDED = 149;
  private static final EndpointConfig LOOPBACK =
      EndpointConfig.DEFAULT
          .withBindAddress(new InetSocketAddress("127.0.0.1", 0))
          .withNatKeepAlive(Duration.ZERO)
          .withNormalTimeout(Duration.ZERO) // no pings that count packets between two looks
          .withIdleTimeout(Duration.ZERO);

  /** Types of packets in the order of their numbers, as rxdebug calls them; params to unused: 0. */
  private static final List<String> TYPES =
      List.of(
          "data",
          "ack",
          "busy",
          "abort",
          "ackall",
          "challenge",
          "response",
          "debug",
          "params",
          "unused",
          "unused",
          "unused",
          "version");

  private Endpoint endpoint;
  private Endpoint peer;
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Call> calls = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    endpoint = Endpoint.open(LOOPBACK);
    peer = Endpoint.open(LOOPBACK);
    for (Endpoint each : List.of(endpoint, peer)) {
      each.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
      each.serve(STUCK, this::waitForTheEnd);
      each.listen(UNATTENDED, ServiceOptions.DEFAULT);
    }
  }

  private void waitForTheEnd(ServiceCall call) throws IOException {
    call.input().readAllBytes();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @AfterEach
  void close() {
    release.countDown();
    calls.forEach(Call::close);
    peer.close();
    endpoint.close();
  }

  /** Calls of every sort in both directions. */
  private void makeTraffic() throws IOException {
    for (Endpoint caller : List.of(endpoint, peer)) {
      InetSocketAddress callee = (caller == peer ? endpoint : peer).localAddress();
      echo(caller.connect(callee, ECHO, Security.none()), 0);
      echo(caller.connect(callee, ECHO, Security.none()), 50_000);
      for (int i = 0; i < 17; i++) { // one more than there are channels
        start(caller.connect(callee, STUCK, Security.none()), i);
      }
      start(caller.connect(callee, UNATTENDED, Security.none()), 0);
      abort(caller.connect(callee, STUCK + 1000, Security.none()));
    }
  }

  private static void echo(Connection connection, int bytes) throws IOException {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(bytes));
      assertThat(call.input().readAllBytes()).hasSize(bytes);
    }
  }

  /** Starts a call that does not end. The last of many has no channel and sends on its own. */
  private void start(Connection connection, int number) throws IOException {
    Call call = connection.newCall();
    calls.add(call);
    if (number < 16) {
      call.send(ByteBuffer.allocate(4 + number));
    } else {
      Thread.startVirtualThread(
          () -> {
            try {
              call.send(ByteBuffer.allocate(4));
            } catch (IOException e) {
              // it is aborted at the end of the test
            }
          });
      Eventually.until(() -> waiting() > 0, this::waiting);
    }
  }

  private int waiting() {
    return Stream.of(endpoint, peer)
        .flatMap(each -> each.snapshot().bundles().stream())
        .mapToInt(bundle -> bundle.waitingCalls())
        .sum();
  }

  private static void abort(Connection connection) {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(4));
      call.read(ByteBuffer.allocate(1));
    } catch (IOException e) {
      assertThat(e).isInstanceOf(RemoteAbortException.class);
    }
  }

  /** Nothing moves when all is acknowledged and two looks see the same. */
  private EndpointSnapshot whenQuiet() {
    Eventually.until(
        () -> {
          EndpointSnapshot first = endpoint.snapshot();
          boolean idle =
              Stream.of(first, peer.snapshot())
                  .flatMap(each -> each.calls().stream())
                  .allMatch(call -> call.timeout().isEmpty());
          return idle && first.statistics().equals(endpoint.snapshot().statistics());
        },
        () -> endpoint.snapshot());
    return endpoint.snapshot();
  }

  private List<String> rxdebug(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("rxdebug", "127.0.0.1", "-port"));
    command.add(Integer.toString(endpoint.localAddress().getPort()));
    command.addAll(Arrays.asList(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    List<String> lines = output.lines().toList();
    assertThat(lines.get(0)).isEqualTo("Trying 127.0.0.1 (port " + command.get(3) + "):");
    return lines.subList(1, lines.size());
  }

  /** What rxdebug printed, and what was so before and after. */
  private record Printed(EndpointSnapshot snapshot, List<String> lines) {}

  /** Asks anew if something changed meanwhile: threads of services become idle when they can. */
  private Printed print(String... options) throws Exception {
    while (true) {
      EndpointSnapshot before = whenQuiet();
      List<String> lines = rxdebug(options);
      EndpointSnapshot after = endpoint.snapshot();
      if (after.services().equals(before.services())
          && shown(after).equals(shown(before))
          && traffic(after).equals(traffic(before))) {
        return new Printed(before, lines);
      }
    }
  }

  /** Returns what was sent and received, but for the questions themselves. */
  private static List<Object> traffic(EndpointSnapshot snapshot) {
    EndpointStatistics all = snapshot.statistics();
    List<Object> counts = new ArrayList<>(List.of(all.data(), all.roundTrips()));
    for (String type : TYPES) {
      if (!type.equals("debug")) {
        counts.add(all.received().of(type.toUpperCase(Locale.ROOT)));
        counts.add(all.sent().of(type.toUpperCase(Locale.ROOT)));
      }
    }
    return counts;
  }

  private static Set<List<String>> shown(EndpointSnapshot snapshot) {
    return snapshot.connections().stream()
        .map(RxdebugTest::connectionLines)
        .collect(Collectors.toSet());
  }

  @Test
  void version() throws Exception {
    assertThat(rxdebug("-version")).hasSize(1).first().asString().startsWith("AFS version: heddle");
  }

  // ---- statistics

  @Test
  void statistics() throws Exception {
    makeTraffic();
    Printed all = print("-rxstats", "-noconns");
    EndpointSnapshot snapshot = all.snapshot();
    List<String> expected = new ArrayList<>(basicLines(snapshot));
    expected.addAll(statisticsLines(snapshot));
    assertThat(all.lines()).containsExactlyElementsOf(expected);
    assertThat(snapshot.statistics().calls().serviceStarted()).isEqualTo(19);
  }

  private static List<String> basicLines(EndpointSnapshot snapshot) {
    List<ServiceSnapshot> services = snapshot.services();
    return List.of(
        "Free packets: 0/0, packet reclaims: 0, calls: "
            + snapshot.statistics().calls().serviceStarted()
            + ", used FDs: 1",
        "not waiting for packets.",
        services.stream().mapToInt(ServiceSnapshot::waiting).sum() + " calls waiting for a thread",
        services.stream().mapToInt(ServiceSnapshot::idleThreads).sum() + " threads are idle",
        services.stream().mapToLong(ServiceSnapshot::waited).sum()
            + " calls have waited for a thread");
  }

  /** The questions of rxdebug count, too: two came before the answer, one answer went out. */
  private static List<String> statisticsLines(EndpointSnapshot snapshot) {
    EndpointStatistics all = snapshot.statistics();
    EndpointStatistics.RoundTrips rtt = all.roundTrips();
    double averageSeconds = seconds(rtt.total()) / rtt.samples();
    int charged = snapshot.services().stream().mapToInt(ServiceSnapshot::charged).sum();
    return List.of(
        "rx stats: free packets 0, allocs 0, alloc-failures(rcv 0/0,send 0/0,ack 0)",
        "   greedy 0, bogusReads 0 (last from host 0), noPackets 0, noBuffers 0, selects "
            + (all.batches() + 1)
            + ", sendSelects 0",
        "   packets read: " + byType(all.received(), 2),
        "   other read counters: data %d, ack %d, dup %d spurious %d dally %d"
            .formatted(
                all.data().received(),
                all.received().of("ACK"),
                all.data().duplicates(),
                all.faults().stray(),
                all.faults().late()),
        "   packets sent: " + byType(all.sent(), 1),
        "   other send counters: ack %d, data %d (not resends), resends %d, pushed 0, acked&ignored 0"
            .formatted(all.sent().of("ACK"), all.data().sent(), all.data().resent()),
        "   \t(these should be small) sendFailed 0, fatalErrors 0",
        "   Average rtt is %.3f, with %d samples".formatted(averageSeconds, rtt.samples()),
        "   Minimum rtt is %.3f, maximum is %.3f".formatted(seconds(rtt.min()), seconds(rtt.max())),
        "   %d server connections, %d client connections, %d peer structs, %d call structs, %d free call structs"
            .formatted(
                count(snapshot, Side.SERVICE),
                count(snapshot, Side.CLIENT),
                snapshot.peers().size(),
                snapshot.calls().size() + charged,
                charged));
  }

  /** As rxdebug computes with it: whole microseconds. */
  private static double seconds(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / 1e6;
  }

  private static long count(EndpointSnapshot snapshot, Side side) {
    return snapshot.connections().stream().filter(each -> each.side() == side).count();
  }

  private static String byType(Datagrams datagrams, int debug) {
    return TYPES.stream()
        .map(
            type ->
                type
                    + " "
                    + (datagrams.of(type.toUpperCase(Locale.ROOT))
                        + (type.equals("debug") ? debug : 0))
                    + " ")
        .collect(Collectors.joining());
  }

  // ---- connections

  @Test
  void allConnections() throws Exception {
    makeTraffic();
    Printed all = print("-allconnections");
    EndpointSnapshot snapshot = all.snapshot();
    List<String> printed = all.lines();
    assertThat(printed.subList(0, 5)).isEqualTo(basicLines(snapshot));
    assertThat(blocks(printed, "Connection from"))
        .containsExactlyInAnyOrderElementsOf(
            snapshot.connections().stream().map(RxdebugTest::connectionLines).toList());
    assertThat(printed).last().isEqualTo("Done.");
  }

  @Test
  void withoutDallyingOnesOnlyConnectionsWithCallsAreShown() throws Exception {
    makeTraffic();
    Printed some = print("-nodally");
    EndpointSnapshot snapshot = some.snapshot();
    List<List<String>> active =
        snapshot.connections().stream()
            .filter(connection -> connection.active() || connection.waitingCalls() > 0)
            .map(RxdebugTest::connectionLines)
            .toList();
    assertThat(active).hasSizeLessThan(snapshot.connections().size());
    assertThat(blocks(some.lines(), "Connection from")).containsExactlyInAnyOrderElementsOf(active);
    assertThat(some.lines()).last().isEqualTo("Skipped 0 dallying connections.");
  }

  @Test
  void sidesCanBeShownAlone() throws Exception {
    makeTraffic();
    for (Map.Entry<String, Side> option :
        Map.of("-onlyserver", Side.SERVICE, "-onlyclient", Side.CLIENT).entrySet()) {
      Printed side = print("-allconnections", option.getKey());
      assertThat(blocks(side.lines(), "Connection from"))
          .containsExactlyInAnyOrderElementsOf(
              side.snapshot().connections().stream()
                  .filter(connection -> connection.side() == option.getValue())
                  .map(RxdebugTest::connectionLines)
                  .toList());
    }
  }

  /** Cuts the output before each line with this beginning; what is before the first is left out. */
  private static List<List<String>> blocks(List<String> lines, String beginning) {
    List<List<String>> blocks = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(beginning)) {
        blocks.add(new ArrayList<>());
      }
      if (!blocks.isEmpty() && !line.equals("Done.") && !line.startsWith("Skipped")) {
        blocks.get(blocks.size() - 1).add(line);
      }
    }
    return blocks;
  }

  private static List<String> connectionLines(ConnectionSnapshot connection) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Connection from host 127.0.0.1, port %d, Cuid %x/%x"
            .formatted(connection.peer().getPort(), connection.epoch(), connection.connectionId()));
    lines.add(
        "  serial %d,  natMTU %d, %ssecurity index 0, %s conn"
            .formatted(
                connection.lastSerialSent(),
                connection.packetBytes(),
                connection.waitingCalls() > 0 ? "flags MAKECALL_WAITING, " : "",
                connection.side() == Side.CLIENT ? "client" : "server"));
    lines.add("  rxnull level=0, flags=0");
    for (int i = 0; i < 4; i++) {
      Channel channel = connection.channels().get(i);
      lines.add("    call %d: # %d, state %s".formatted(i, channel.callNumber(), state(channel)));
    }
    return lines;
  }

  private static String state(Channel channel) {
    if (channel.call().isEmpty()) {
      return channel
          .last()
          .map(ending -> ending.outcome())
          .map(
              outcome ->
                  switch (outcome) {
                    case SUCCEEDED -> "dally, mode: eof, flags: receive_done";
                    default -> "dally, mode: error";
                  })
          .orElse("not initialized");
    }
    return switch (channel.call().get().phase()) {
      case AWAITING_REPLY -> "active, mode: receiving";
      case SERVING ->
          switch (channel.call().get().waiting()) {
            case FOR_ACCEPT ->
                "precall, mode: receiving, flags: waiting_for_process receive_done,"
                    + " has_input_packets";
            default -> "active, mode: receiving, flags: receive_done";
          };
      default -> "unexpected in this test: " + channel;
    };
  }

  // ---- peers

  @Test
  void peers() throws Exception {
    makeTraffic();
    Printed all = print("-peers", "-long", "-noconns");
    EndpointSnapshot snapshot = all.snapshot();
    assertThat(blocks(all.lines(), "Peer at"))
        .containsExactlyInAnyOrderElementsOf(
            snapshot.peers().stream().map(RxdebugTest::peerLines).toList());
    Optional<PeerSnapshot> known =
        snapshot.peers().stream()
            .filter(each -> each.address().equals(peer.localAddress()))
            .findAny();
    assertThat(known.orElseThrow().bytesSent()).isGreaterThanOrEqualTo(100_000);
  }

  private static List<String> peerLines(PeerSnapshot peer) {
    int mtu = peer.packetBytes();
    return List.of(
        "Peer at host 127.0.0.1, port " + peer.address().getPort(),
        "\tifMTU %d\tnatMTU %d\tmaxMTU %d".formatted(mtu, mtu, mtu),
        "\tpackets sent %d\tpacket resends %d".formatted(peer.dataSent(), peer.dataResent()),
        "\tbytes sent high 0 low " + peer.bytesSent(),
        "\tbytes received high 0 low " + peer.bytesReceived(),
        "\trtt %d msec, rtt_dev %d msec"
            .formatted(peer.smoothedRtt().toMillis(), peer.rttVariation().toMillis()),
        "\ttimeout 0.000 sec", // rxdebug throws it away
        "\tin/out packet skew: 0/0",
        "\tcongestion window %d, MTU %d".formatted(peer.slowStartThreshold(), mtu),
        "\tcurrent/if/max jumbogram size: 1/1/1");
  }
}
