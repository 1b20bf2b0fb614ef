package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.Tracer;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service's books: every call that it takes is given back, whatever becomes of it. */
class HostedServiceTest {
  private static final int SERVICE = 7;
  private static final int RX_INVALID_OPERATION = -2;
  private static final long TIMEOUT = 21 * PacketScript.SECOND; // for a peer that is mute

  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  private void request() {
    script.receive(script.request(SERVICE, 4, 1, 1, PacketFlags.LAST_PACKET));
  }

  private void assertNothingLeft(HostedService service) {
    assertThat(service.activeCalls()).isZero();
    assertThat(service.activeClients()).isZero();
    assertThat(script.endpoint.callCount()).isZero();
    assertThat(script.endpoint.timers().size()).as("but for the reaper").isLessThanOrEqualTo(1);
  }

  @Test
  void clientsThatAreRefusedLeaveNothingBehind() {
    HostedService service = script.listen(SERVICE, Charging.BY_USER);
    for (int port = 1; port <= 50; port++) {
      script.receiveFrom(
          new InetSocketAddress("10.0.0.3", port),
          script.request(SERVICE, 4, 1, 1, PacketFlags.LAST_PACKET));
    }
    assertThat(script.sent(PacketType.BUSY)).hasSize(50);
    assertNothingLeft(service);
  }

  @Test
  void closingTheServiceEndsCallsThatNobodyHasAccepted() throws InterruptedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    request();
    assertThat(service.activeCalls()).isEqualTo(1);

    service.close();
    assertThat(script.sent())
        .singleElement()
        .isInstanceOfSatisfying(
            AbortPacket.class, abort -> assertThat(abort.code()).isEqualTo(RX_INVALID_OPERATION));
    assertThat(service.accept()).isNull();
    assertNothingLeft(service);
  }

  @Test
  void callThatIsBeingServedOutlivesTheService() {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    request();
    CallDriver call = service.tryAccept();
    service.close();
    assertThat(call.completion()).isNull();
  }

  /** Something that happens when a call has come in but is not announced yet. */
  private void whenACallHasComeIn(Runnable what) {
    script.endpoint.trace(
        event -> {
          if (event instanceof TraceEvent.CallStarted) {
            what.run();
          }
        });
  }

  @Test
  void callThatComesInWhileTheServiceIsClosedIsTurnedAway() {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    whenACallHasComeIn(service::close);
    request();
    assertThat(script.sent(PacketType.ABORT)).hasSize(1);
    assertThat(service.tryAccept()).isNull();
    assertNothingLeft(service);
  }

  @Test
  void callThatComesInWhileTheEndpointIsClosedEnds() {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    whenACallHasComeIn(
        () -> {
          script.endpoint.trace(Tracer.NONE);
          script.close();
        });
    request();
    assertThat(service.tryAccept()).isNull();
    assertNothingLeft(service);
  }

  @Test
  void callComesInWhileSomebodyCharges() throws Exception {
    HostedService service = script.listen(SERVICE, Charging.BY_USER);
    assertThat(service.charge(41, "first")).isTrue();
    service.chargeLock().lock();
    try (ExecutorService receiver = Executors.newSingleThreadExecutor()) {
      receiver.submit(this::request).get();
      assertThat(service.tryAccept().attachment()).isEqualTo("first");
    } finally {
      service.chargeLock().unlock();
    }
  }

  // ---- threads that serve

  @Test
  void callLeftToAThreadThatTurnsOutToBeBusyIsServedByAnother() throws InterruptedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    CountDownLatch received = new CountDownLatch(1);
    CountDownLatch thirdServed = new CountDownLatch(1);
    AtomicInteger served = new AtomicInteger();
    service.dispatchTo(
        call -> {
          switch (served.incrementAndGet()) {
            case 1 -> { // its thread looks for the next calls itself, and finds two
              await(received); // one thread receives at a time
              script.receiveByUsers(
                  script.request(SERVICE, 5, 1, 1, PacketFlags.LAST_PACKET),
                  script.request(SERVICE, 6, 1, 1, PacketFlags.LAST_PACKET));
            }
            case 2 -> await(thirdServed);
            default -> thirdServed.countDown();
          }
        });
    request();
    received.countDown();
    Eventually.until(
        () -> {
          script.endpoint.attend();
          return thirdServed.getCount() == 0;
        },
        service::snapshot);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- clients that vanish

  @Test
  void clientThatVanishesBeforeItsRequestIsCompleteLeavesNothingBehind() {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    script.receive(script.request(SERVICE, 4, 1, 1, 0));
    CallDriver call = service.tryAccept();
    script.pass(TIMEOUT);
    assertThat(call.completion()).isInstanceOf(Completion.TimedOut.class);
    assertThat(service.activeCalls()).as("the user has it").isEqualTo(1);
    call.userDone();
    assertNothingLeft(service);
  }

  @Test
  void clientThatVanishesDuringTheReplyLeavesNothingBehind() throws CallEndedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    request();
    CallDriver call = service.tryAccept();
    assertThat(call.trySend(ByteBuffer.allocate(4_000_000), true)).isFalse();
    script.pass(TIMEOUT);
    assertThat(call.completion()).isInstanceOf(Completion.TimedOut.class);
    call.userDone();
    assertNothingLeft(service);
  }

  @Test
  void clientThatVanishesBeforeItsFinalAckLeavesNothingBehind() throws CallEndedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    request();
    CallDriver call = service.tryAccept();
    assertThat(call.trySend(ByteBuffer.allocate(4), true)).isTrue();
    call.userDone();
    assertThat(service.activeCalls()).as("the network has it").isEqualTo(1);
    script.pass(TIMEOUT);
    assertThat(call.completion()).isInstanceOf(Completion.TimedOut.class);
    assertNothingLeft(service);
  }

  @Test
  void nothingIsServedByAClosedEndpoint() {
    script.close();
    assertThatThrownBy(() -> script.listen(SERVICE, Charging.AUTOMATIC))
        .isInstanceOf(IllegalStateException.class);
  }
}
