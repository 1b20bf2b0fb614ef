package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.security.Security;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When users that would wait receive by themselves. The receive thread is not there. */
class ReceiverTest {
  private static final InetSocketAddress SOMEBODY = new InetSocketAddress("10.0.0.2", 7000);
  private static final long POLL_NANOS = 1_000;

  private final Port port = new Port();
  private long nowNanos;
  private final LocalEndpoint endpoint =
      LocalEndpoint.simulated(
          port,
          () -> nowNanos,
          new EndpointSettings(
              Limits.DEFAULT, 4, 100, 100, new EndpointSettings.Expiry(1, 1, 1, 1)),
          new Random(1));

  private final Receiver receiver = receiver(endpoint, port, 2);

  private Receiver receiver(LocalEndpoint owner, Port from, int processors) {
    return new Receiver(from, () -> nowNanos, owner.receiveLoop(), owner.outbox(), processors);
  }

  /** A port on which something comes after a number of polls, each of which takes time. */
  private final class Port implements DatagramPort {
    private int pollsUntilSomethingComes;
    private int polls;
    private int yields;
    private Runnable whenSomethingComes = () -> {};
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private long pollNanos = POLL_NANOS;
    private boolean polling = true;

    @Override
    public boolean polls() {
      return polling;
    }

    @Override
    public boolean poll(ReceiveBatch batch) {
      batch.clear();
      polls++;
      nowNanos += pollNanos;
      if (--pollsUntilSomethingComes == 0) {
        batch.buffer().put(0, (byte) 0);
        batch.add(0, 1, SOMEBODY); // nothing that anybody understands
        whenSomethingComes.run();
      }
      return pollsUntilSomethingComes == 0;
    }

    @Override
    public boolean receive(ReceiveBatch batch) {
      blocked.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return false;
    }

    @Override
    public void yieldProcessor() {
      yields++;
    }

    @Override
    public void send(SendBatch batch) {}

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress("10.0.0.1", 7001);
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private long received() {
    return endpoint.statistics().received().count() + endpoint.statistics().faults().malformed();
  }

  private boolean helpUntilSomethingCame() {
    long before = received();
    return receiver.help(() -> received() > before);
  }

  @Test
  void userHandlesWhatComesAndItsWaitIsOver() {
    port.pollsUntilSomethingComes = 5;
    assertThat(helpUntilSomethingCame()).isTrue();
    assertThat(port.polls).isEqualTo(5);
  }

  @Test
  void userWaitsAfterAllWhenNothingComesInAMoment() {
    assertThat(helpUntilSomethingCame()).isFalse();
    assertThat(port.polls).isBetween(10, 1_000);
  }

  @Test
  void whoLosesItsProcessorAgainAndAgainWhileItPollsHelpsSeldom() {
    port.pollNanos = 3_000_000;
    for (int i = 0; i < 4; i++) {
      port.pollsUntilSomethingComes = 1;
      helpUntilSomethingCame();
    }
    int given = port.polls;
    port.pollNanos = POLL_NANOS;
    for (int i = 0; i < 900; i++) {
      assertThat(helpUntilSomethingCame()).isFalse();
    }
    assertThat(port.polls).isEqualTo(given);
  }

  @Test
  void whoLosesItsProcessorOnceGoesOnHelping() {
    for (int i = 0; i < 20; i++) {
      port.pollsUntilSomethingComes = 1;
      assertThat(helpUntilSomethingCame()).isTrue();
    }
    port.pollNanos = 3_000_000;
    port.pollsUntilSomethingComes = 1;
    assertThat(helpUntilSomethingCame()).as("it came, but late").isTrue();
    port.pollNanos = POLL_NANOS;
    port.pollsUntilSomethingComes = 1;
    assertThat(helpUntilSomethingCame()).isTrue();
  }

  @Test
  void helpThatDoesNotPayIsTriedSeldom() {
    while (port.polls < 5_000) {
      int before = port.polls;
      helpUntilSomethingCame();
      if (port.polls == before) {
        break;
      }
    }
    int given = port.polls;
    for (int i = 0; i < 900; i++) {
      assertThat(helpUntilSomethingCame()).isFalse();
    }
    assertThat(port.polls).isEqualTo(given);
    for (int i = 0; i < 200; i++) {
      helpUntilSomethingCame();
    }
    assertThat(port.polls).isGreaterThan(given);
  }

  @Test
  void whoPollsInVainLetsOthersHaveItsProcessor() {
    assertThat(helpUntilSomethingCame()).isFalse();
    assertThat(port.yields).isPositive();
  }

  @Test
  void helpThatPaysForOthersIsGivenAgain() {
    port.whenSomethingComes = endpoint.outbox()::expect; // somebody else is woken
    for (int i = 0; i < 100; i++) {
      for (int j = 0; j < 3; j++) {
        port.pollsUntilSomethingComes = 1;
        assertThat(receiver.help(() -> false)).isFalse();
        assertThat(port.pollsUntilSomethingComes).as("it was taken").isZero();
        endpoint.outbox().arrived();
      }
      assertThat(helpUntilSomethingCame()).as("nothing comes").isFalse();
    }
  }

  @Test
  void threadTakesOverAtOnceFromAUserThatGivesUp() throws InterruptedException {
    port.pollsUntilSomethingComes = 1;
    assertThat(helpUntilSomethingCame()).isTrue();
    receiver.start("naps"); // no time passes, so the help lasts
    assertThat(helpUntilSomethingCame()).isFalse();
    assertThat(port.blocked.await(1, TimeUnit.MINUTES)).isTrue();
    port.close();
    receiver.join();
  }

  @Test
  void whoWaitsForMuchLeavesItWhereItTakesTooLong() {
    for (int i = 0; i < 3; i++) {
      assertThat(receiver.helpForMuch(() -> false)).isFalse();
    }
    int polls = port.polls;
    assertThat(receiver.helpForMuch(() -> true)).isFalse();
    assertThat(port.polls).isEqualTo(polls);
    port.pollsUntilSomethingComes = 1;
    assertThat(helpUntilSomethingCame()).as("for a packet").isTrue();
  }

  @Test
  void whoWaitsForMuchGoesOnWhereOthersAreServed() {
    port.whenSomethingComes = endpoint.outbox()::expect; // somebody else is woken
    for (int i = 0; i < 10; i++) {
      port.pollsUntilSomethingComes = 1;
      assertThat(receiver.helpForMuch(() -> false)).isFalse();
      assertThat(port.pollsUntilSomethingComes).as("it was taken").isZero();
      endpoint.outbox().arrived();
    }
  }

  /** A user of a call. */
  private interface User {
    void use(CallDriver call) throws CallEndedException, InterruptedException;
  }

  /** Lets help for much be in vain; returns how often a user that waits polls after that. */
  private int pollsAfterMuchWasInVain(User user) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      assertThat(endpoint.receiver().helpForMuch(() -> false)).isFalse();
      assertThat(endpoint.receiver().helpForRoom(() -> false)).isFalse();
    }
    int polls = port.polls;
    CallDriver call =
        endpoint.newCall(
            endpoint.acquireBundle(SOMEBODY, 1, Security.none()),
            PacketScript.TIMEOUTS,
            LocalEndpoint.Sharing.SHARED,
            0);
    Thread waiting =
        Thread.startVirtualThread(
            () -> {
              try {
                user.use(call);
              } catch (CallEndedException | InterruptedException e) {
                // that is its end
              }
            });
    while (!call.readiness.hasWaiter()) {
      assertThat(waiting.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    int more = port.polls - polls;
    call.abort(-1, AbortReason.USER);
    waiting.join();
    return more;
  }

  @Test
  @Timeout(30)
  void whoWritesMuchWaitsForMuch() throws InterruptedException {
    assertThat(pollsAfterMuchWasInVain(call -> call.send(ByteBuffer.allocate(1 << 20), true)))
        .isZero();
  }

  @Test
  void slowReadersSayNothingOfWriters() {
    for (int i = 0; i < 3; i++) {
      assertThat(receiver.helpForMuch(() -> false)).isFalse();
    }
    port.pollsUntilSomethingComes = 1;
    long before = received();
    assertThat(receiver.helpForRoom(() -> received() > before)).isTrue();
  }

  @Test
  @Timeout(30)
  void whoReadsMuchWaitsForMuch() throws InterruptedException {
    assertThat(
            pollsAfterMuchWasInVain(
                call -> {
                  assertThat(call.trySend(ByteBuffer.allocate(4), true)).isTrue();
                  call.readFully(ByteBuffer.allocate(1 << 20));
                }))
        .isZero();
  }

  @Test
  @Timeout(30)
  void whoReadsLittleDoesNot() throws InterruptedException {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "nobody helps on one processor");
    assertThat(
            pollsAfterMuchWasInVain(
                call -> {
                  assertThat(call.trySend(ByteBuffer.allocate(4), true)).isTrue();
                  call.readFully(ByteBuffer.allocate(4));
                }))
        .isPositive();
  }

  @Test
  void onOneProcessorTheSenderIsNotKeptFromRunning() {
    assertThat(receiver(endpoint, port, 1).help(() -> true)).isFalse();
    assertThat(port.polls).isZero();
  }

  @Test
  void portThatCannotPollIsLeftAlone() {
    Port other = new Port();
    other.polling = false;
    try (LocalEndpoint quiet =
        LocalEndpoint.simulated(
            other,
            () -> nowNanos,
            new EndpointSettings(
                Limits.DEFAULT, 4, 100, 100, new EndpointSettings.Expiry(1, 1, 1, 1)),
            new Random(1))) {
      assertThat(receiver(quiet, other, 2).help(() -> true)).isFalse();
      assertThat(other.polls).isZero();
    }
  }
}
