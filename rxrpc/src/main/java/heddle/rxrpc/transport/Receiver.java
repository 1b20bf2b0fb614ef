package heddle.rxrpc.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who takes datagrams from the port: a thread of its own, or, for moments, users that would wait.
 *
 * <p><b>Help.</b> On a fast path the thread that receives and the user that it wakes cost more time
 * than the network does. So a user that is about to wait polls the port for a moment, handles what
 * comes, for whomever it is, and mostly finds what it waits for. While users do that the thread
 * naps, and looks now and then whether something was left. Where the peer takes longer than the
 * moment, help is not worth it, and is tried again only seldom.
 *
 * <p>Whoever receives holds the <i>role</i>, so that batches are handled one after the other.
 */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /** Set to {@code off}, no user of the process helps: to measure what that is worth. */
  static final String PROPERTY = "heddle.rxrpc.help";

  private static final long MOMENT_NANOS = 50_000;
  private static final long HELPED_NANOS = 1_000_000; // how long the last help counts
  private static final long FIRST_NAP_NANOS = 50_000;
  private static final long LONGEST_NAP_NANOS = 500_000;
  private static final int MAX_CREDIT = 64;
  private static final int FIRST_CREDIT = 16;
  private static final int REFUSALS = 1_000; // until help is tried again

  /** What a user waits for. */
  interface Wait {
    boolean isOver();
  }

  private final DatagramPort port;
  private final NanoClock clock;
  private final ReceiveLoop loop;
  private @Nullable ReceiveBatch received; // made when somebody receives; guarded by role
  private final boolean helpable;
  private final ReentrantLock role = new ReentrantLock();
  private @Nullable Thread thread;
  private boolean over; // guarded by role
  private volatile long askedNanos; // when a user last offered help
  private final AtomicInteger credit = new AtomicInteger(FIRST_CREDIT); // of help in general
  private final AtomicInteger refusals = new AtomicInteger();

  Receiver(DatagramPort port, NanoClock clock, ReceiveLoop loop) {
    this.port = port;
    this.clock = clock;
    this.loop = loop;
    this.helpable =
        port.polls()
            && Runtime.getRuntime().availableProcessors() > 1
            && !"off".equals(System.getProperty(PROPERTY));
    this.askedNanos = clock.nanoTime() - HELPED_NANOS;
  }

  void start(String name) {
    Thread receiver = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    thread = receiver;
    receiver.start();
  }

  private void run() {
    do {
      napWhileHelped();
    } while (receive());
  }

  /** Waits for a batch and handles it; returns false once the port is closed. */
  private boolean receive() {
    role.lock();
    try {
      ReceiveBatch batch = batch();
      if (!port.receive(batch)) {
        over = true;
        return false;
      }
      loop.process(batch);
    } catch (IOException e) {
      LOG.debug("receive failed; going on", e);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of datagrams failed; going on", e); // nothing may end this thread
    } finally {
      role.unlock();
    }
    return true;
  }

  private ReceiveBatch batch() {
    ReceiveBatch batch = received;
    if (batch == null) {
      batch = port.newReceiveBatch();
      received = batch;
    }
    return batch;
  }

  private void napWhileHelped() {
    long napNanos = FIRST_NAP_NANOS;
    while (clock.nanoTime() - askedNanos < HELPED_NANOS) {
      LockSupport.parkNanos(this, napNanos);
      if (role.tryLock()) {
        try {
          if (poll()) {
            return; // it was left: the help does not reach
          }
        } finally {
          role.unlock();
        }
      }
      napNanos = Math.min(2 * napNanos, LONGEST_NAP_NANOS);
    }
  }

  /** Handles what is there; returns whether there was anything. Only by who has the role. */
  private boolean poll() {
    try {
      ReceiveBatch batch = batch();
      if (port.poll(batch)) {
        loop.process(batch);
        return true;
      }
    } catch (IOException e) {
      LOG.debug("receive failed; going on", e);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of datagrams failed; going on", e); // it is not the helper's fault
    }
    return false;
  }

  /**
   * A user that would wait helps for a moment, if that is worth it.
   *
   * @return whether the wait is over
   */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on the yield; it is a courtesy
  boolean help(Wait wait) {
    if (!helpable || !worthIt()) {
      return false;
    }
    long startNanos = clock.nanoTime();
    askedNanos = startNanos;
    do {
      if (!role.tryLock()) {
        return false; // somebody receives
      }
      try {
        if (over) {
          return false;
        }
        poll();
      } finally {
        role.unlock();
      }
      if (wait.isOver()) {
        credit.getAndUpdate(before -> Math.min(MAX_CREDIT, before + 1));
        return true;
      }
      Thread.yield(); // a virtual thread's carrier may have others to run
    } while (clock.nanoTime() - startNanos < MOMENT_NANOS);
    credit.getAndAdd(-2);
    return false;
  }

  private boolean worthIt() {
    if (credit.get() > 0) {
      return true;
    }
    if (refusals.incrementAndGet() % REFUSALS != 0) {
      return false;
    }
    credit.set(FIRST_CREDIT);
    return true;
  }

  /** Waits until the thread has ended, unless it is the thread itself that asks. */
  @SuppressWarnings("ReferenceEquality") // a thread is equal to itself only
  void join() {
    Thread receiver = thread;
    if (receiver == null || receiver == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        receiver.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
