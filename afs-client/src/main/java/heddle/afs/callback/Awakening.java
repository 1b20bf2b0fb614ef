package heddle.afs.callback;

import heddle.afs.location.ClientClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends all promises after the machine was suspended: breaks were missed, and promises count on a
 * clock that stood still. To be looked at now and then, by one thread.
 */
public final class Awakening {
  private static final Logger LOG = LoggerFactory.getLogger(Awakening.class);
  private static final Duration NOTABLE = Duration.ofSeconds(1);

  private final ClientClock clock;
  private final Runnable distrust;
  private long sleptNanos;

  /** Watches from now on; {@code distrust} ends all promises. */
  public Awakening(ClientClock clock, Runnable distrust) {
    this.clock = clock;
    this.distrust = distrust;
    sleptNanos = slept();
  }

  private long slept() {
    return clock.nanoTimeWithSuspend() - clock.nanoTime();
  }

  /** Looks whether the machine was suspended. */
  public void look() {
    Duration slept = Duration.ofNanos(slept() - sleptNanos);
    if (slept.compareTo(NOTABLE) >= 0) {
      LOG.info("the machine was suspended for {}: all is asked for anew", slept);
      sleptNanos += slept.toNanos();
      distrust.run();
    }
  }
}
