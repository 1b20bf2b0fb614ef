package heddle.rxrpc.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * naps, and looks only when nobody else does, or a user has given up. Where the peer takes longer
 * than the moment, help is not worth it, and is tried again only seldom.
 *
 * <p>Whoever receives holds the <i>role</i>, so that batches are handled one after the other.
 */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /** Set to {@code off}, no user of the process helps: to measure what that is worth. */
  static final String PROPERTY = "heddle.rxrpc.help";

  private static final long MOMENT_NANOS = 200_000;
  private static final long HELPED_NANOS = 1_000_000; // how long the last help counts
  private static final long LEFT_NANOS = 100_000; // since when nobody may have polled
  private static final long GAP_NANOS = 2_000_000; // between two polls
  private static final long NAP_NANOS = 150_000;
  private static final int YIELD_EVERY = 8; // polls in vain
  private static final int MAX_CREDIT = 64;
  private static final int FIRST_CREDIT = 16;
  private static final int DISPLACED_COST = 16;
  private static final int REFUSALS = 1_000; // until help is tried again

  /** How a user's help ended. */
  enum Help {
    /** The wait is over. */
    OVER,
    /** It made way for others that were woken. */
    OTHERS_FOLLOW,
    /** It lasted its moment, and the wait goes on. */
    NOT_ENOUGH_CAME,
    /** The thread waits in the kernel, where nobody else can, or the port is closed. */
    THREAD_RECEIVES,
    /** There was none: it is not worth it, or somebody else gives it. */
    NOT_GIVEN
  }

  /** What a user waits for. */
  interface Wait {
    boolean isOver();
  }

  private final DatagramPort port;
  private final NanoClock clock;
  private final ReceiveLoop loop;
  private final Outbox outbox;
  private @Nullable ReceiveBatch received; // made when somebody receives; guarded by role
  private final boolean helpable;
  private final ReentrantLock role = new ReentrantLock();
  private @Nullable Thread thread;
  private boolean over; // guarded by role
  private volatile boolean blocked; // the thread waits in the kernel
  private volatile boolean napping;
  private volatile long polledNanos; // when a user last polled
  private final AtomicBoolean polling = new AtomicBoolean(); // a user does
  private final AtomicInteger credit = new AtomicInteger(FIRST_CREDIT); // of help in general
  private final AtomicInteger refusals = new AtomicInteger();
  private final HelpForMuch forMuch = new HelpForMuch();
  private final HelpForMuch forRoom = new HelpForMuch();

  Receiver(DatagramPort port, NanoClock clock, ReceiveLoop loop, Outbox outbox, int processors) {
    this.port = port;
    this.clock = clock;
    this.loop = loop;
    this.outbox = outbox;
    this.helpable = helpIsOn() && port.polls() && processors > 1;
    this.polledNanos = clock.nanoTime() - HELPED_NANOS;
  }

  /** Returns whether users of this process may help. */
  static boolean helpIsOn() {
    return !"off".equals(System.getProperty(PROPERTY));
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
      attend();
      ReceiveBatch batch = batch();
      blocked = true;
      boolean open = port.receive(batch);
      blocked = false;
      if (!open) {
        over = true;
        return false;
      }
      loop.process(batch);
    } catch (IOException e) {
      LOG.debug("receive failed; going on", e);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of datagrams failed; going on", e); // nothing may end this thread
    } finally {
      blocked = false;
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
    while (true) {
      long sinceNanos = clock.nanoTime() - polledNanos;
      if (sinceNanos >= HELPED_NANOS || (sinceNanos >= LEFT_NANOS && findsSomething())) {
        return; // the help does not reach
      }
      napping = true; // then look once more: see handBack
      if (clock.nanoTime() - polledNanos < HELPED_NANOS) {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
      napping = false;
      attend();
    }
  }

  private void attend() {
    try {
      loop.attend();
    } catch (RuntimeException | Error e) {
      LOG.error("what users left could not be seen to; going on", e);
    }
  }

  private boolean findsSomething() {
    if (!role.tryLock()) {
      return false;
    }
    try {
      return poll();
    } finally {
      role.unlock();
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
   * A user that would wait for little helps for a moment, if that is worth it; returns whether the
   * wait is over.
   */
  boolean help(Wait wait) {
    return helpUnlessOthersDo(wait) == Help.OVER;
  }

  /** The same by one that waits for much to read. */
  boolean helpForMuch(Wait wait) {
    return help(wait, forMuch);
  }

  /**
   * The same by one that waits for a good part of the window. A slow reader says nothing of fast
   * writers.
   */
  boolean helpForRoom(Wait wait) {
    return help(wait, forRoom);
  }

  private boolean help(Wait wait, HelpForMuch balance) {
    if (!balance.isWorthIt()) {
      return false;
    }
    Help end = helpUnlessOthersDo(wait);
    balance.ended(end);
    return end == Help.OVER;
  }

  /**
   * Helps for a moment, unless that is not worth it or somebody else does. Where others were woken
   * and did not run yet it is left to them: they may need this processor, and will come here, too.
   */
  private Help helpUnlessOthersDo(Wait wait) {
    if (!helpable) {
      return Help.NOT_GIVEN;
    }
    if (!worthIt()) {
      handBack();
      return Help.NOT_GIVEN;
    }
    Help end;
    do {
      if (outbox.othersFollow() || !polling.compareAndSet(false, true)) {
        return Help.NOT_GIVEN;
      }
      try {
        end = pollFor(wait);
      } finally {
        polling.set(false);
      }
    } while (end == Help.OTHERS_FOLLOW && !outbox.othersFollow()); // they found us in their way
    if (end == Help.NOT_ENOUGH_CAME) {
      handBack();
    }
    return end;
  }

  private Help pollFor(Wait wait) {
    long startNanos = clock.nanoTime();
    long nowNanos = startNanos;
    polledNanos = startNanos;
    int inVain = 0;
    boolean anything = false;
    do {
      long beforeNanos = nowNanos;
      if (role.tryLock()) {
        try {
          if (over) {
            return Help.THREAD_RECEIVES;
          }
          boolean came = poll();
          anything |= came;
          inVain = came ? 0 : inVain + 1;
        } finally {
          role.unlock();
        }
      } else if (blocked) {
        return Help.THREAD_RECEIVES;
      } else {
        inVain++; // the thread has a batch in hand, and will leave the next to us
      }
      if (inVain % YIELD_EVERY == YIELD_EVERY - 1) {
        port.yieldProcessor();
      }
      nowNanos = clock.nanoTime();
      polledNanos = nowNanos;
      boolean displaced = nowNanos - beforeNanos >= GAP_NANOS;
      if (displaced) {
        credit.getAndAdd(-DISPLACED_COST); // others may want the processors more than we do
      }
      boolean isOver = wait.isOver();
      if (isOver || outbox.othersFollow()) {
        if (!displaced && inVain == 0) {
          credit.getAndUpdate(before -> Math.min(MAX_CREDIT, before + 1));
        }
        return isOver ? Help.OVER : Help.OTHERS_FOLLOW;
      }
    } while (nowNanos - startNanos < MOMENT_NANOS);
    if (!anything) {
      credit.getAndAdd(-2);
    }
    return Help.NOT_ENOUGH_CAME;
  }

  /** A user that does not help is about to wait: if nobody else polls the thread must not nap. */
  private void handBack() {
    if (polling.get()) {
      return;
    }
    polledNanos = clock.nanoTime() - HELPED_NANOS;
    Thread receiver = thread;
    if (napping && receiver != null) {
      LockSupport.unpark(receiver);
    }
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

  /** Waits until the thread has ended, unless who receives now is the one that asks. */
  @SuppressWarnings("ReferenceEquality") // a thread is equal to itself only
  void join() {
    Thread receiver = thread;
    if (receiver == null
        || receiver == Thread.currentThread()
        || role.isHeldByCurrentThread()) { // a tracer of what a helper handles
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
