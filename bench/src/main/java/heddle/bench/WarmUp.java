package heddle.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides when a JVM is warm: after a given time, and not before the JIT compiler has become idle,
 * but at the latest after {@value #MOST_TIMES} times that time. On a busy machine the compiler
 * needs far longer than on a quiet one.
 */
final class WarmUp {
  private static final int MOST_TIMES = 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final double IDLE = 0.04; // of the time between two looks

  private final long beginNanos = System.nanoTime();
  private final long leastNanos;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile long lookedNanos = beginNanos;
  private volatile long compiledMillis = compileMillis();
  private volatile boolean over;

  WarmUp(Duration least) {
    this.leastNanos = least.toNanos();
    this.over = leastNanos <= 0;
  }

  /** Returns whether it is over; to be asked often, by any thread. */
  boolean isOver() {
    if (!over && System.nanoTime() - lookedNanos > LOOK_NANOS && looking.tryLock()) {
      try {
        look(System.nanoTime());
      } finally {
        looking.unlock();
      }
    }
    return over;
  }

  private void look(long nowNanos) {
    long millis = compileMillis();
    double busy = (millis - compiledMillis) * 1e6 / Math.max(1, nowNanos - lookedNanos);
    long elapsed = nowNanos - beginNanos;
    over = elapsed >= leastNanos && (busy < IDLE || elapsed >= MOST_TIMES * leastNanos);
    compiledMillis = millis;
    lookedNanos = nowNanos;
  }

  private static long compileMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }
}
