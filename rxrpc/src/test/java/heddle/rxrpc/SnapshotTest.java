package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.trace.BundleSnapshot;
import heddle.rxrpc.trace.CallPhase;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.CallSnapshot.Receiving;
import heddle.rxrpc.trace.CallSnapshot.Sending;
import heddle.rxrpc.trace.CallSnapshot.Waiting;
import heddle.rxrpc.trace.ConnectionSnapshot;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.trace.PeerSnapshot;
import heddle.rxrpc.trace.Side;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots say what is, also while everything moves. */
class SnapshotTest {
  private static final int ECHO = 147;
  private static final int STUCK = 148;
  private static final int UNATTENDED = 149;
  private static final int REFUSING = 150;

  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private Endpoint server;
  private Endpoint client;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    client = Endpoint.open(LOOPBACK.withJumboPackets(1)); // so that packets are datagrams
    server.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
    server.serve(
        STUCK,
        call -> {
          call.input().readAllBytes();
          entered.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
        });
    server.listen(UNATTENDED, ServiceOptions.DEFAULT);
    server.serve(
        REFUSING,
        call -> {
          throw new ServiceCall.Abort(42);
        });
  }

  @AfterEach
  void close() {
    release.countDown();
    client.close();
    server.close();
  }

  private Connection connect(int service) {
    return client.connect(server.localAddress(), service, Security.none());
  }

  private static ByteBuffer request(int opcode, int length) {
    return ByteBuffer.allocate(length).putInt(0, opcode);
  }

  private void echo(int length) throws IOException {
    try (Connection connection = connect(ECHO);
        Call call = connection.newCall()) {
      call.send(request(7, length));
      assertThat(call.input().readAllBytes()).hasSize(length);
    }
  }

  private static CallSnapshot only(EndpointSnapshot snapshot) {
    assertThat(snapshot.calls()).hasSize(1);
    return snapshot.calls().get(0);
  }

  @Test
  void callUnderWayIsSeenOnBothSides() throws Exception {
    try (Call call = connect(STUCK).newCall(CallOptions.DEFAULT.withUserId(99))) {
      call.send(request(131, 4000));
      entered.await();
      Eventually.until(
          () -> only(client.snapshot()).sending().firstUnacknowledged() == 5, client::snapshot);

      CallSnapshot here = only(client.snapshot());
      CallSnapshot there = only(server.snapshot());
      assertThat(here.call().peer()).isEqualTo(server.localAddress());
      assertThat(here.call().serviceId()).isEqualTo(STUCK);
      assertThat(here.userId()).isEqualTo(99);
      assertThat(here.phase()).isEqualTo(CallPhase.AWAITING_REPLY);
      assertThat(here.ending()).isEmpty();
      assertThat(here.opcode()).isEqualTo(OptionalInt.of(131));
      assertThat(here.waiting()).isEqualTo(Waiting.NOBODY);
      assertThat(here.timeout()).isPresent();
      Sending sending = here.sending();
      assertThat(List.of(sending.nextNew(), sending.end(), sending.dataSent()))
          .containsExactly(5, 5, 4);
      assertThat(sending.bytesSent()).isEqualTo(4000);

      assertThat(there.call().cid()).isEqualTo(here.call().cid());
      assertThat(there.call().callNumber()).isEqualTo(here.call().callNumber());
      assertThat(there.call().side()).isEqualTo(Side.SERVICE);
      assertThat(there.phase()).isEqualTo(CallPhase.SERVING);
      assertThat(there.opcode()).isEqualTo(OptionalInt.of(131));
      Receiving receiving = there.receiving();
      assertThat(List.of(receiving.firstMissing(), receiving.highest(), receiving.unread()))
          .containsExactly(5, 4, 0);
      assertThat(receiving.bytesReceived()).isEqualTo(4000);

      ConnectionSnapshot connection = client.snapshot().connections().get(0);
      assertThat(connection.connectionId() | connection.channels().indexOf(busy(connection)))
          .isEqualTo(here.call().cid());
      assertThat(server.snapshot().connections().get(0).epoch()).isEqualTo(connection.epoch());
      assertThat(client.snapshot().epoch()).isEqualTo(connection.epoch());
    }
  }

  private static ConnectionSnapshot.Channel busy(ConnectionSnapshot connection) {
    return connection.channels().stream()
        .filter(channel -> channel.call().isPresent())
        .findAny()
        .orElseThrow();
  }

  @Test
  void waitingUsersAndWaitingCallsAreSeen() throws Exception {
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
        Call first = connect(UNATTENDED).newCall()) {
      first.send(request(1, 4));
      Future<?> reader = users.submit(() -> first.read(ByteBuffer.allocate(1)));
      Eventually.until(
          () -> only(client.snapshot()).waiting() == Waiting.FOR_DATA, client::snapshot);
      Eventually.until( // it is announced a little after it is there
          () ->
              server.snapshot().calls().stream()
                  .anyMatch(call -> call.waiting() == Waiting.FOR_ACCEPT),
          server::snapshot);
      assertThat(server.snapshot().services())
          .filteredOn(service -> service.serviceId() == UNATTENDED)
          .singleElement()
          .satisfies(
              service -> {
                assertThat(service.waiting()).isEqualTo(1);
                assertThat(service.active()).isEqualTo(1);
                assertThat(service.waited()).isEqualTo(1);
                assertThat(service.idleThreads()).isZero();
              });
      first.abort(1);
      assertThat(reader).failsWithin(java.time.Duration.ofSeconds(30));
    }
  }

  @Test
  void callThatWaitsForAChannelIsSeenInItsBundle() throws Exception {
    List<Call> holders = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      holders.add(connect(STUCK).newCall());
      holders.get(i).send(request(1, 4));
    }
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
        Call waiting = connect(STUCK).newCall()) {
      users.execute(
          () -> {
            try {
              waiting.send(request(1, 4));
            } catch (IOException e) {
              // it is closed below
            }
          });
      Eventually.until(
          () -> client.snapshot().bundles().get(0).waitingCalls() == 1, client::snapshot);
      EndpointSnapshot snapshot = client.snapshot();
      BundleSnapshot bundle = snapshot.bundles().get(0);
      assertThat(bundle.connectionIds())
          .containsExactlyInAnyOrderElementsOf(
              snapshot.connections().stream().map(ConnectionSnapshot::connectionId).toList())
          .hasSize(4);
      assertThat(snapshot.connections())
          .allSatisfy(connection -> assertThat(connection.waitingCalls()).isEqualTo(1));
      assertThat(snapshot.calls())
          .filteredOn(call -> call.phase() == CallPhase.WAITING_FOR_CHANNEL)
          .singleElement()
          .satisfies(call -> assertThat(call.call().cid()).isZero());
    }
    holders.forEach(Call::close);
  }

  @Test
  void endedCallIsSeenUntilItsUserLetsGo() throws IOException {
    try (Call call = connect(REFUSING).newCall()) {
      call.send(request(1, 4));
      Eventually.until(() -> only(client.snapshot()).ending().isPresent(), client::snapshot);
      CallSnapshot ended = only(client.snapshot());
      assertThat(ended.ending().orElseThrow().outcome()).isEqualTo(Outcome.REMOTE_ABORT);
      assertThat(ended.ending().orElseThrow().abortCode()).isEqualTo(OptionalInt.of(42));
      assertThat(ended.timeout()).isEmpty();
    }
    assertThat(client.snapshot().calls()).isEmpty();
  }

  /** Each is counted for its call when it is made, and for the endpoint when it has been sent. */
  private static boolean everyDataPacketIsOut(EndpointStatistics statistics) {
    return statistics.data().sent() + statistics.data().resent() == statistics.sent().of("DATA");
  }

  @Test
  void countersAddUp() throws IOException {
    for (int length : new int[] {4, 10_000, 200_000}) {
      echo(length);
    }
    Eventually.until(
        () ->
            client.snapshot().statistics().calls().ended(Outcome.SUCCEEDED) == 3
                && server.snapshot().statistics().calls().ended(Outcome.SUCCEEDED) == 3
                && client
                    .snapshot()
                    .statistics()
                    .sent()
                    .equals(server.snapshot().statistics().received())
                && everyDataPacketIsOut(client.snapshot().statistics()),
        () -> client.snapshot() + "\n" + server.snapshot());
    EndpointStatistics here = client.snapshot().statistics();
    EndpointStatistics there = server.snapshot().statistics();

    assertThat(here.data().bytesSent()).isEqualTo(210_004);
    assertThat(there.data().bytesReceived()).isEqualTo(210_004);
    assertThat(here.sent().acksByReason().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(here.sent().of("ACK"));
    assertThat(here.calls().clientStarted()).isEqualTo(3);
    assertThat(there.calls().serviceStarted()).isEqualTo(3);
    assertThat(here.connections().clientMade()).isEqualTo(1);
    assertThat(there.connections().serviceMade()).isEqualTo(1);
    assertThat(here.roundTrips().samples()).isPositive();
    assertThat(here.roundTrips().min()).isLessThanOrEqualTo(here.roundTrips().max());
    PeerSnapshot peer = client.snapshot().peers().get(0);
    assertThat(peer.address()).isEqualTo(server.localAddress());
    assertThat(peer.bytesSent()).isEqualTo(210_004);
    assertThat(peer.bytesReceived()).isEqualTo(210_004);
    assertThat(peer.dataSent()).isEqualTo(here.data().sent());
    assertThat(peer.smoothedRtt()).isPositive();
    assertThat(peer.resendTimeout()).isGreaterThan(peer.smoothedRtt());
  }

  @Test
  void faultsAreCounted() throws IOException {
    try (java.nio.channels.DatagramChannel stranger =
        java.nio.channels.DatagramChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
      stranger.send(ByteBuffer.wrap(new byte[7]), server.localAddress());
      stranger.send(
          ByteBuffer.allocate(28).put(20, (byte) 3).put(21, (byte) 1), // BUSY of no connection
          server.localAddress());
      Eventually.until(
          () -> server.snapshot().statistics().faults().stray() == 1, server::snapshot);
      EndpointStatistics.Faults faults = server.snapshot().statistics().faults();
      assertThat(faults.malformed()).isEqualTo(1);
      assertThat(faults.lastMalformedFrom())
          .contains((InetSocketAddress) stranger.getLocalAddress());
    }
  }

  @Test
  void snapshotIsReadableAsTables() throws Exception {
    try (Call call = connect(STUCK).newCall()) {
      call.send(request(131, 4));
      entered.await();
      String text = server.snapshot().toString();
      assertThat(text)
          .startsWith("local 127.0.0.1:" + server.localAddress().getPort() + " epoch ")
          .contains(" serving ")
          .contains("Calls-Svc: nr=1")
          .containsPattern("Data-Rx +: nr=\\d+ dup=\\d+ bytes=4\n"); // maybe it was sent again
      assertThat(text.lines()).noneMatch(line -> line.endsWith(" "));
    }
  }

  // ---- under load

  @Test
  void rowsAreWholeWhileEverythingMoves() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger echoed = new AtomicInteger();
    List<Future<?>> users = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 24; i++) {
        int length = i % 3 == 0 ? 60_000 : 4 + i;
        users.add(
            executor.submit(
                () -> {
                  while (!enough.get()) {
                    echo(length);
                    echoed.incrementAndGet();
                  }
                  return true;
                }));
      }
      try {
        hammer(echoed);
      } finally {
        enough.set(true);
      }
      for (Future<?> user : users) {
        user.get();
      }
    }
    EndpointStatistics.Calls calls = client.snapshot().statistics().calls();
    assertThat(calls.clientStarted()).isEqualTo(echoed.get());
  }

  /** Looks again and again until many calls have come and gone meanwhile. */
  private void hammer(AtomicInteger echoed) {
    Set<Long> seen = new HashSet<>();
    Set<CallPhase> phases = new HashSet<>();
    long received = 0;
    int rows = 0;
    while (echoed.get() < 2_000 || rows < 2_000) {
      for (Endpoint endpoint : List.of(client, server)) {
        EndpointSnapshot snapshot = endpoint.snapshot();
        for (CallSnapshot call : snapshot.calls()) {
          checkRow(call);
          phases.add(call.phase());
          seen.add(call.call().id());
          rows++;
        }
        snapshot.connections().forEach(SnapshotTest::checkRow);
      }
      long before = received;
      received = client.snapshot().statistics().received().count();
      assertThat(received).isGreaterThanOrEqualTo(before);
    }
    assertThat(seen).hasSizeGreaterThan(50);
    assertThat(phases).hasSizeGreaterThan(2);
  }

  private static void checkRow(CallSnapshot call) {
    Sending sending = call.sending();
    Receiving receiving = call.receiving();
    assertThat(sending.firstUnacknowledged()).as("%s", call).isBetween(1, sending.nextNew());
    assertThat(sending.nextNew()).as("%s", call).isLessThanOrEqualTo(sending.end());
    assertThat(sending.inFlight() + sending.lost())
        .as("%s", call)
        .isBetween(0, sending.nextNew() - sending.firstUnacknowledged());
    assertThat(sending.dataSent()).as("%s", call).isLessThanOrEqualTo(sending.nextNew() - 1);
    assertThat(sending.bytesSent()).as("%s", call).isLessThanOrEqualTo(60_000);
    assertThat(receiving.highest())
        .as("%s", call)
        .isGreaterThanOrEqualTo(receiving.firstMissing() - 1);
    assertThat(receiving.dataReceived() - receiving.duplicates())
        .as("%s", call)
        .isGreaterThanOrEqualTo(receiving.firstMissing() - 1);
    assertThat(receiving.bytesReceived()).as("%s", call).isLessThanOrEqualTo(60_000);
    boolean unattached = call.phase() == CallPhase.WAITING_FOR_CHANNEL;
    assertThat(call.call().callNumber() == 0).as("%s", call).isEqualTo(unattached);
    assertThat(call.call().cid() == 0).as("%s", call).isEqualTo(unattached);
    if (unattached) {
      assertThat(sending.dataSent() + receiving.dataReceived()).as("%s", call).isZero();
    }
    if (call.ending().isPresent()) {
      assertThat(call.ending().get().outcome()).as("%s", call).isEqualTo(Outcome.SUCCEEDED);
      assertThat(call.timeout()).as("%s", call).isEmpty();
    }
  }

  private static void checkRow(ConnectionSnapshot connection) {
    assertThat(connection.channels()).hasSize(4);
    assertThat(connection.uses()).isPositive();
    for (int i = 0; i < 4; i++) {
      ConnectionSnapshot.Channel channel = connection.channels().get(i);
      int cid = connection.connectionId() | i;
      channel
          .call()
          .ifPresent(
              call -> {
                assertThat(call.call().cid()).isEqualTo(cid);
                assertThat(call.call().callNumber()).isEqualTo(channel.callNumber());
                checkRow(call);
              });
    }
  }
}
