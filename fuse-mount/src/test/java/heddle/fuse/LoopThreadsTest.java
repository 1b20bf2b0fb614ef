package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopThreadsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private final BlockingQueue<Optional<Runnable>> requests = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger noWorkers = new AtomicInteger(); // so often
  private final AtomicInteger threadsLeft = new AtomicInteger(1000); // that the system gives
  private LoopThreads threads = loop(64);

  /** Takes requests from a queue; the one that means the end is left there for the others. */
  private volatile OperationKind kind = OperationKind.OTHER; // of all requests

  private volatile boolean fatal; // who receives the next request dies of it

  private final class QueueWorker implements LoopThreads.Worker {
    private Optional<Runnable> request = Optional.empty();
    private volatile @Nullable Thread thread; // that works on it

    @Override
    public boolean isThere() {
      return !requests.isEmpty();
    }

    @Override
    public boolean receive() {
      try {
        request = requests.take();
      } catch (InterruptedException e) {
        return false;
      }
      if (request.isEmpty()) {
        requests.add(Optional.empty());
      } else if (fatal) {
        fatal = false;
        throw new IllegalStateException("for a test");
      }
      return request.isPresent();
    }

    @Override
    public OperationKind kind() {
      return kind;
    }

    @Override
    public void process() {
      thread = Thread.currentThread();
      request.orElseThrow().run();
    }

    @Override
    public boolean giveUp(BooleanSupplier condition) {
      Thread mine = thread;
      boolean so = mine != null && condition.getAsBoolean();
      if (so) {
        mine.interrupt();
      }
      return so;
    }

    @Override
    public void leave() {
      left.incrementAndGet();
    }
  }

  private LoopThreads loop(int limit) {
    return new LoopThreads(
        () -> {
          if (noWorkers.get() > 0) {
            throw new IllegalStateException("no worker, " + noWorkers.getAndDecrement());
          }
          if (threadsLeft.getAndDecrement() <= 0) {
            throw new OutOfMemoryError("for a test");
          }
          return new QueueWorker();
        },
        limit,
        () -> {
          ends.incrementAndGet();
          ended.countDown();
        });
  }

  @AfterEach
  void end() {
    requests.add(Optional.empty());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Adds requests that wait for {@code letOn}; returns when all are being worked on. */
  private void block(int count, CountDownLatch letOn) {
    var reached = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      requests.add(
          Optional.of(
              () -> {
                reached.countDown();
                await(letOn);
              }));
    }
    await(reached);
  }

  private void assertAnswers() {
    var answered = new CountDownLatch(1);
    requests.add(Optional.of(answered::countDown));
    await(answered);
  }

  @Test
  void blockedOperationsDoNotBlockOthers() {
    threads.start();
    var letOn = new CountDownLatch(1);
    for (int blocked = 0; blocked < 40; blocked++) {
      block(1, letOn);
      assertAnswers();
    }

    assertThat(threads.busy()).isGreaterThanOrEqualTo(40);
    assertThat(threads.total()).isBetween(41, 64);
    letOn.countDown();
  }

  @Test
  void whoIsGoingToWaitGivesTheLeadToAnother() throws Exception {
    threads.start();
    var ledBeforeAndAfter = new CompletableFuture<List<Boolean>>();
    requests.add(
        Optional.of(
            () -> {
              boolean before = threads.isLedBy(Thread.currentThread());
              WaitingThread.tell();
              boolean after = threads.isLedBy(Thread.currentThread());
              ledBeforeAndAfter.complete(List.of(before, after));
            }));

    assertThat(ledBeforeAndAfter.get(60, TimeUnit.SECONDS)).containsExactly(true, false);
    assertAnswers();
  }

  @Test
  void manyAtOnceAreAllWorkedOn() {
    threads.start();
    var letOn = new CountDownLatch(1);

    block(63, letOn);

    assertAnswers();
    letOn.countDown();
  }

  @Test
  void thereAreNeverMoreThreadsThanTheLimit() {
    threads = loop(5);
    threads.start();
    var letOn = new CountDownLatch(1);
    block(5, letOn);
    assertThat(threads.total()).isEqualTo(5);

    letOn.countDown();
    assertAnswers();
  }

  /** A request that waits for {@code peer}; returns when it does. Tells whether it was given up. */
  private CompletableFuture<Boolean> await(WaitingThread.Peer peer, CountDownLatch letOn) {
    var reached = new CountDownLatch(1);
    var givenUp = new CompletableFuture<Boolean>();
    requests.add(
        Optional.of(
            () -> {
              WaitingThread.Peer before = WaitingThread.turnTo(peer);
              reached.countDown();
              try {
                letOn.await();
                givenUp.complete(false);
              } catch (InterruptedException e) {
                givenUp.complete(true);
              } finally {
                WaitingThread.turnTo(before);
              }
            }));
    await(reached);
    return givenUp;
  }

  @Test
  void whenAllThreadsAreTakenThoseThatWaitInVainAreGivenUpTheLatestFirst() throws Exception {
    threads = loop(8);
    threads.start();
    var letOn = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> inVain = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      inVain.add(await(() -> true, letOn));
    }
    CompletableFuture<Boolean> patient = await(() -> false, letOn);
    assertAnswers(); // by one of two: the watch may take the lead from it
    assertThat(inVain).noneMatch(CompletableFuture::isDone);

    block(2, letOn);
    assertAnswers();
    for (CompletableFuture<Boolean> late : inVain.subList(2, 5)) { // and maybe the one before
      assertThat(late.get(60, TimeUnit.SECONDS)).isTrue();
    }
    letOn.countDown();
    assertThat(inVain.getFirst().get(60, TimeUnit.SECONDS)).isFalse();
    assertThat(patient.get(60, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void waitsAreInVainFromWhenNobodyAnswers() throws Exception {
    threads = loop(4);
    assertFourAreRelieved();
  }

  @Test
  void threadsThatTheSystemDoesNotGiveAreAsGoodAsTaken() throws Exception {
    threadsLeft.set(4);
    assertFourAreRelieved();
    assertThat(threads.total()).isLessThanOrEqualTo(4);
  }

  /** They are all the threads; one or both of two are given up when their peer falls silent. */
  private void assertFourAreRelieved() throws Exception {
    threads.start();
    var silent = new AtomicBoolean();
    var letOn = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(await(silent::get, letOn));
    }
    var answered = new CountDownLatch(1);
    requests.add(Optional.of(answered::countDown));
    silent.set(true);

    await(answered);
    letOn.countDown();
    int givenUp = 0;
    for (CompletableFuture<Boolean> each : all) {
      givenUp += each.get(60, TimeUnit.SECONDS) ? 1 : 0;
    }
    assertThat(givenUp).isBetween(1, 2);
  }

  @Test
  void idleThreadsEnd() throws InterruptedException {
    threads.start();
    var letOn = new CountDownLatch(1);
    block(60, letOn);
    letOn.countDown();

    while (threads.total() > 12) { // those that are idle, one that leads, one that did
      assertAnswers();
    }
    assertThat(threads.total()).isPositive();
  }

  @Test
  void endIsToldOnceAndEveryThreadLeaves() throws InterruptedException {
    threads.start();
    assertAnswers();

    requests.add(Optional.empty());

    await(ended);
    assertThat(threads.awaitThreads(LONG)).isTrue();
    assertThat(ends).hasValue(1);
    assertThat(left).hasPositiveValue();
    assertThat(threads.total()).isZero();
  }

  @Test
  void threadsThatHangAreNotWaitedForBeyondPatience() throws InterruptedException {
    threads.start();
    var letOn = new CountDownLatch(1);
    block(1, letOn);
    requests.add(Optional.empty());
    await(ended);

    assertThat(threads.awaitThreads(Duration.ZERO)).isFalse();

    letOn.countDown();
    assertThat(threads.awaitThreads(LONG)).isTrue();
  }

  @Test
  void ageOfTheOldestOperationOfAKindIsKnown() {
    kind = OperationKind.of(25); // a flush
    threads.start();
    assertThat(threads.oldest(OperationKind.STORING, System.nanoTime())).isZero();
    long before = System.nanoTime();
    var letOn = new CountDownLatch(1);
    block(1, letOn);

    assertThat(threads.oldest(OperationKind.STORING, before + LONG.toNanos()))
        .isGreaterThan(Duration.ZERO)
        .isLessThanOrEqualTo(LONG);
    assertThat(threads.oldest(OperationKind.OTHER, before + LONG.toNanos())).isZero();
    letOn.countDown();
  }

  @Test
  void itIsTriedAgainWhenThereWasNothingForAThreadToWorkWith() throws InterruptedException {
    threads.start();
    noWorkers.set(2);
    var letOn = new CountDownLatch(1);
    block(1, letOn);

    assertAnswers();
    assertThat(noWorkers).hasValue(0);
    letOn.countDown();
    requests.add(Optional.empty());
    assertThat(threads.awaitThreads(LONG)).isTrue();
  }

  @Test
  void anotherThreadLeadsWhenOneDied() {
    threads.start();
    assertAnswers();
    fatal = true;
    requests.add(Optional.of(() -> {}));

    assertAnswers();
    assertThat(fatal).isFalse();
  }

  @Test
  void requestThatFailsEndsNothing() {
    threads.start();
    var thrown = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      requests.add(
          Optional.of(
              () -> {
                thrown.countDown();
                throw new IllegalStateException("for a test");
              }));
    }

    await(thrown);
    assertAnswers();
    assertThat(ends).hasValue(0);
    assertThat(left).hasValue(0);
  }
}
