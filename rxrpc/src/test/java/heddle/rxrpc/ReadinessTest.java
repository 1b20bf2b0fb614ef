package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users that wait for nothing are told when there is something to do. */
@Timeout(60)
class ReadinessTest extends ClientAndServer {
  private static final int MUCH = 3_000_000;

  ReadinessTest() {
    super(LOOPBACK);
  }

  /** Does what can be done at once, whenever it is called; says when it is through. */
  private abstract static class Worker implements Runnable {
    final CompletableFuture<Integer> done = new CompletableFuture<>();

    abstract void work() throws IOException;

    @Override
    public void run() {
      try {
        work();
      } catch (IOException e) {
        done.completeExceptionally(e);
      }
    }
  }

  private static final class Server extends Worker {
    private final ServiceCall call;
    private final ByteBuffer bytes = ByteBuffer.allocate(MUCH);
    private boolean replying;

    Server(ServiceCall call) {
      this.call = call;
    }

    @Override
    void work() throws IOException {
      while (!replying) {
        int count = call.tryRead(bytes);
        if (count == 0) {
          return;
        }
        if (count < 0 || !bytes.hasRemaining()) {
          replying = call.tryRead(ByteBuffer.allocate(1)) < 0;
          bytes.flip();
        }
      }
      if (!done.isDone() && call.tryReply(bytes)) {
        call.close();
        done.complete(bytes.limit());
      }
    }
  }

  private static final class Client extends Worker {
    private final Call call;
    private final ByteBuffer request;
    private final ByteBuffer reply;
    private boolean sent;

    Client(Call call, int length) {
      this.call = call;
      this.request = ByteBuffer.allocate(length);
      this.reply = ByteBuffer.allocate(length + 1);
    }

    @Override
    void work() throws IOException {
      if (!sent && !call.trySend(request)) {
        return;
      }
      sent = true;
      int count = call.tryRead(reply);
      while (count > 0) {
        count = call.tryRead(reply);
      }
      if (count < 0) {
        done.complete(reply.position());
      }
    }
  }

  @Test
  void callsGoThroughDrivenByNothingButTheirListeners() throws Exception {
    service.onCallWaiting(
        () ->
            service
                .tryAccept()
                .ifPresent(
                    call -> {
                      call.onReady(new Server(call));
                      service.onCallWaiting(() -> {});
                    }));
    try (Call call = connection.newCall()) {
      Client user = new Client(call, 500_000);
      call.onReady(user);
      user.run(); // asks for the channel
      assertThat(user.done.get()).isEqualTo(500_000);
    }
  }

  @Test
  void listenerIsToldOfCallsThatWaitAlready() throws Exception {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(4));
      Eventually.until(() -> service.activeCalls() == 1, server::snapshot);
      Eventually.until(
          () -> server.snapshot().services().stream().anyMatch(hosted -> hosted.waiting() == 1),
          server::snapshot);
      CountDownLatch told = new CountDownLatch(1);
      service.onCallWaiting(told::countDown);
      told.await();
    }
  }

  @Test
  void listenerIsToldOfTheEnd() throws Exception {
    Call call = connection.newCall();
    CountDownLatch told = new CountDownLatch(1);
    call.onReady(told::countDown);
    assertThat(told.getCount()).as("nothing has happened").isEqualTo(1);
    call.abort(1);
    told.await();
    CountDownLatch toldLater = new CountDownLatch(1);
    call.onReady(toldLater::countDown);
    toldLater.await();
    call.close();
  }

  @Test
  void listenerRunsOnAVirtualThreadAndNeverTwiceAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger accepted = new AtomicInteger();
    List<Boolean> virtual = new ArrayList<>(); // of one thread at a time
    service.onCallWaiting(
        () -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          virtual.add(Thread.currentThread().isVirtual());
          while (service.tryAccept().map(ReadinessTest::answer).isPresent()) {
            accepted.incrementAndGet();
          }
          inside.decrementAndGet();
        });
    for (int i = 0; i < 200; i++) {
      try (Call call = connection.newCall()) {
        call.send(ByteBuffer.allocate(4));
        assertThat(call.input().readAllBytes()).hasSize(4);
      }
    }
    Eventually.until(() -> inside.get() == 0, server::snapshot);
    assertThat(accepted).hasValue(200);
    assertThat(most).hasValue(1);
    assertThat(virtual).isNotEmpty().containsOnly(true);
  }

  private static boolean answer(ServiceCall call) {
    try (call) {
      call.reply(ByteBuffer.wrap(call.input().readAllBytes()));
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever does not come back from its listener keeps nobody else waiting. */
  @Test
  void listenerThatBlocksDelaysNoOtherCall() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    try (Call stuck = connection.newCall();
        Call other = connection.newCall()) {
      stuck.send(ByteBuffer.allocate(4));
      stuck.onReady(
          () -> {
            blocked.countDown();
            awaitUninterruptibly(release);
          });
      answer(service.accept().orElseThrow());
      blocked.await();
      other.send(ByteBuffer.allocate(4));
      answer(service.accept().orElseThrow());
      assertThat(other.input().readAllBytes()).hasSize(4);
      release.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void listenerThatFailsIsToldAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    service.onCallWaiting(
        () -> {
          runs.incrementAndGet();
          throw new IllegalStateException("a listener with a fault");
        });
    for (int i = 1; i <= 3; i++) {
      int before = runs.get();
      try (Call call = connection.newCall()) {
        call.send(ByteBuffer.allocate(4));
        Eventually.until(() -> runs.get() > before, server::snapshot);
      }
    }
  }
}
