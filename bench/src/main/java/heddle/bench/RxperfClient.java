package heddle.bench;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes rxperf calls on several threads and measures them.
 *
 * <p>Protocol source: OpenAFS src/tools/rxperf/rxperf.c.
 */
final class RxperfClient {
  private final Connection connection;
  private final Plan plan;
  private final EndpointMeter meter;
  private final AtomicLong warmUpCalls = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Phaser started; // is terminated for good when there is nothing to start
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final WarmUp warmUp;
  private volatile boolean stopped;
  private volatile long beginNanos;
  private volatile long beginCpuNanos;

  /**
   * What to do.
   *
   * @param workload each call
   * @param threads how many threads make calls, each one at a time
   * @param times how many calls each makes that are measured
   * @param atMost for how long each makes calls that are measured, even if fewer than {@code times}
   * @param warmUp for how long each makes calls before, or longer, as {@link WarmUp} says
   * @param kind of threads
   */
  record Plan(
      Workload workload,
      Workload.Chunks chunks,
      int threads,
      int times,
      Duration atMost,
      Duration warmUp,
      ThreadFactory kind) {}

  /**
   * Creates a client.
   *
   * @param connection to the server, of {@code endpoint}
   */
  RxperfClient(Endpoint endpoint, Connection connection, Plan plan) {
    this.connection = connection;
    this.plan = plan;
    this.warmUp = new WarmUp(plan.warmUp);
    this.meter = new EndpointMeter(endpoint);
    this.started =
        new Phaser(plan.threads) {
          @Override
          protected boolean onAdvance(int phase, int parties) {
            meter.restart();
            beginCpuNanos = ProcessCpu.ownNanos();
            beginNanos = System.nanoTime();
            return false;
          }
        };
  }

  /** One thread and what it measured. */
  private final class Caller implements Runnable {
    final Latencies latencies = new Latencies();
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void run() {
      try {
        warmUp();
        if (started.awaitAdvanceInterruptibly(started.arrive()) < 0) {
          return; // another thread failed, or the user wants no more
        }
        long startNanos = System.nanoTime();
        long untilNanos = startNanos + plan.atMost.toNanos();
        for (int i = 0; i < plan.times && !stopped && untilNanos - startNanos > 0; i++) {
          call();
          long endNanos = System.nanoTime();
          latencies.record(endNanos - startNanos);
          startNanos = endNanos;
        }
      } catch (InterruptedIOException | InterruptedException e) {
        stopped = true; // another thread failed, or the user wants no more
      } catch (IOException | RuntimeException | Error e) {
        failure.compareAndSet(null, e);
        stopped = true;
        started.forceTermination();
      } finally {
        ended.countDown();
      }
    }

    private void warmUp() throws IOException {
      while (!stopped && !warmUp.isOver()) {
        call();
        warmUpCalls.incrementAndGet();
      }
    }

    private void call() throws IOException {
      try (Call call = connection.newCall()) {
        Workload workload = plan.workload;
        send(call, workload);
        receive(call, workload);
      }
    }

    private void send(Call call, Workload workload) throws IOException {
      ByteBuffer words = workload.words(plan.chunks);
      if (workload.bytesUp() == 0) {
        call.send(words);
        return;
      }
      call.write(words);
      long left = workload.bytesUp();
      while (left > plan.chunks.write()) {
        call.write(Zeros.of(plan.chunks.write()));
        left -= plan.chunks.write();
      }
      call.send(Zeros.of((int) left));
    }

    private void receive(Call call, Workload workload) throws IOException {
      drain(call, workload.bytesDown());
      if (workload.hasCookie()) {
        checkCookie(call);
      }
      if (call.read(ByteBuffer.allocate(1)) >= 0) {
        throw new BadReplyException("the reply is longer than was asked for");
      }
    }

    private void drain(Call call, long bytes) throws IOException {
      ByteBuffer target = ByteBuffer.allocate((int) Math.min(bytes, plan.chunks.read()));
      for (long left = bytes; left > 0; ) {
        target.clear().limit((int) Math.min(left, target.capacity()));
        fill(call, target);
        left -= target.position();
      }
    }

    private static void checkCookie(Call call) throws IOException {
      ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
      fill(call, word);
      if (word.getInt(0) != Workload.COOKIE) {
        throw new BadReplyException(
            "the reply closes with 0x" + Integer.toHexString(word.getInt(0)) + ", not 0x4711");
      }
    }

    private static void fill(Call call, ByteBuffer target) throws IOException {
      call.readFully(target);
      if (target.hasRemaining()) {
        throw new BadReplyException("the reply is shorter than was asked for");
      }
    }
  }

  /** The server's reply is not what rxperf's protocol wants. */
  static final class BadReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    BadReplyException(String message) {
      super(message, null);
    }
  }

  /** Ends {@link #run} soon, with what was measured until then. */
  void stop() {
    stopped = true;
    started.forceTermination();
    threads.forEach(Thread::interrupt);
  }

  /**
   * Makes all calls and waits for their end.
   *
   * @throws IOException if a call failed
   * @throws InterruptedIOException if this thread is interrupted, or all were stopped early
   */
  LoadReport run() throws IOException {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < plan.threads; i++) {
      Caller caller = new Caller();
      callers.add(caller);
      threads.add(plan.kind.newThread(caller));
    }
    threads.forEach(Thread::start);
    Latencies all = new Latencies();
    try {
      for (Caller caller : callers) {
        caller.ended.await();
        all.add(caller.latencies);
      }
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    long nanos = System.nanoTime() - beginNanos;
    long cpuNanos = ProcessCpu.ownNanos() - beginCpuNanos;
    EndpointMeter.Activity activity = meter.activity();
    throwIfFailed();
    if (all.count() == 0) {
      throw new InterruptedIOException("stopped before the first call was measured");
    }
    return new LoadReport(
        new Load(plan.workload, plan.threads),
        new LoadReport.Calls(all, warmUpCalls.get()),
        nanos,
        cpuNanos,
        activity);
  }

  private void throwIfFailed() throws IOException {
    switch (failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
