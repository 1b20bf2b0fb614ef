package heddle.rxrpc.wire;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
final class AllocationMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationMeter() {}

  /** A step that may fail as decoding does. */
  @FunctionalInterface
  interface Step {
    void run() throws MalformedPacketException;
  }

  /** Returns the bytes that the step allocated; that it fails is no matter. */
  static long bytesOf(Step step) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      step.run();
    } catch (MalformedPacketException e) {
      // allocated as well
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
