package heddle.bench;

/**
 * What a client is made to do.
 *
 * @param workload each call
 * @param threads how many threads make such calls, each one at a time
 */
record Load(Workload workload, int threads) {
  private static final double MIB = 1 << 20;
  private static final int BULK_BYTES = 1 << 16;

  /** Returns whether the load is counted in bytes, not in calls. */
  boolean isBulk() {
    return workload.bytes() >= BULK_BYTES;
  }

  String rateUnit() {
    return isBulk() ? "MB/s" : "calls/s";
  }

  String cpuUnit() {
    return isBulk() ? "ms/MiB" : "us/call";
  }

  /** Returns calls or megabytes a second. */
  double rate(double calls, double seconds) {
    return isBulk() ? calls * workload.bytes() / 1e6 / seconds : calls / seconds;
  }

  /** Returns microseconds for a call, or milliseconds for 2^20 bytes. */
  double cpu(double cpuNanos, double calls) {
    return isBulk() ? cpuNanos / 1e6 / (calls * workload.bytes() / MIB) : cpuNanos / 1e3 / calls;
  }
}
