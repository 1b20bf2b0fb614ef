package heddle.cli;

import heddle.fuse.OutputStreams;
import heddle.fuse.ProcessEnd;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;

/**
 * A run that the JVM may learn from: {@code bin/heddle} asks it to keep at its end what it loaded
 * and found worth compiling, so that later mounts begin with that (JEP 515). The JVM does that by
 * itself after the program has ended, within seconds; what remains here is to prevent it where too
 * little was done to learn from, and nobody wants to wait.
 */
final class Learning {
  /** Says that it is such a run. */
  static final String PROPERTY = "heddle.learning";

  private static final int ENOUGH = 2000; // requests of the kernel
  private static final AtomicBoolean WORTHWHILE = new AtomicBoolean();

  private Learning() {}

  /** Tells how much a mount has done. */
  static void served(long requests, Consumer<String> notices) {
    if (Boolean.getBoolean(PROPERTY) && requests >= ENOUGH) {
      notices.accept("keeps what it learned for faster starts (only this time, some seconds)");
      WORTHWHILE.set(true);
    }
  }

  /**
   * Has the process write nothing more to its standard output and error, if the JVM is to learn: it
   * reports there on its own work. If it is to, but there is nothing to learn from, ends the
   * process here, unless the JVM has a recording to write.
   */
  static void end(int code) {
    if (!Boolean.getBoolean(PROPERTY)) {
      return;
    }
    if (!WORTHWHILE.get() && !FlightRecorder.isInitialized()) {
      ProcessEnd.atOnce(code);
    }
    OutputStreams.silence();
  }
}
