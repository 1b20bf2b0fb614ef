package heddle.rxrpc.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
public final class AllocationMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationMeter() {}

  /** Something that may fail. */
  @FunctionalInterface
  public interface Step {
    /** Does it. */
    void run() throws Exception;
  }

  /**
   * Returns the bytes that the step allocated. That it fails with a checked exception is no matter:
   * that one was allocated as well.
   */
  public static long bytesOf(Step step) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      step.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // counted
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
