package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the opening of a client to its closing. Whoever waits, waits here, and wakes at the end. */
public final class Lifetime {
  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

  private final ClientClock clock;
  private final CountDownLatch end = new CountDownLatch(1);

  /** Begins now. */
  public Lifetime(ClientClock clock) {
    this.clock = clock;
  }

  /** Returns the client's clock. */
  public ClientClock clock() {
    return clock;
  }

  /** Ends; everybody who waits fails at once. */
  public void end() {
    end.countDown();
  }

  /** Returns whether the client was closed. */
  public boolean isOver() {
    return end.getCount() == 0;
  }

  /** Fails if the client was closed. */
  public void check() throws AfsException.ClientClosed {
    if (isOver()) {
      throw closed();
    }
  }

  /** Blocks for {@code duration}; fails at once when the client is closed or on interrupt. */
  public void pause(Duration duration) throws AfsException.ClientClosed, AfsException.Interrupted {
    try {
      if (clock.pause(duration, end)) {
        throw closed();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Blocks until {@code latch} is at zero (true) or the time is over (false); fails at the end. */
  public boolean await(CountDownLatch latch, Duration limit) throws AfsException {
    try {
      if (latch.getCount() > 0) {
        WaitingThread.tell();
      }
      boolean done = clock.await(latch, limit);
      if (!done) {
        check();
      }
      return done;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The same for what has to come from {@code peer}, whoever has asked for it. */
  public boolean await(CountDownLatch latch, Duration limit, WaitingThread.Peer peer)
      throws AfsException {
    WaitingThread.Peer before = WaitingThread.turnTo(peer);
    try {
      return await(latch, limit);
    } finally {
      WaitingThread.turnTo(before);
    }
  }

  /**
   * Does {@code round} on a thread of its own until the end, with {@code pause} before each. A
   * round that fails is logged, and the next one comes all the same.
   */
  public void repeat(String thread, Duration pause, Runnable round) {
    Thread.ofVirtual().name(thread).start(() -> rounds(thread, pause, round));
  }

  private void rounds(String thread, Duration pause, Runnable round) {
    try {
      while (true) {
        pause(pause);
        try {
          round.run();
        } catch (RuntimeException e) {
          LOG.error("a round of {} failed; going on", thread, e);
        }
      }
    } catch (AfsException e) {
      LOG.debug("no more rounds of {}: {}", thread, e.getMessage());
    }
  }

  /** Restores the flag of the interrupted thread and returns what to throw. */
  public static AfsException.Interrupted interrupted(Exception cause) {
    Thread.currentThread().interrupt();
    return new AfsException.Interrupted("interrupted while waiting", cause);
  }

  private static AfsException.ClientClosed closed() {
    return new AfsException.ClientClosed("the client is closed");
  }
}
