package heddle.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a client found.
 *
 * @param load what was asked for
 * @param made the calls that were made
 * @param nanos from the first measured call to the end of the last
 * @param cpuNanos CPU time of the client's process in that time, JIT and GC included
 * @param activity of the endpoint in that time
 */
record LoadReport(
    Load load, Calls made, long nanos, long cpuNanos, EndpointMeter.Activity activity) {
  private static final double MIB = 1 << 20;
  private static final long SHORT_NANOS = 1_000_000_000L;

  /**
   * Calls.
   *
   * @param latencies of those that were measured
   * @param warmUp how many were made before those
   */
  record Calls(Latencies latencies, long warmUp) {}

  private Workload workload() {
    return load.workload();
  }

  private long calls() {
    return made.latencies.count();
  }

  double callsPerSecond() {
    return calls() * 1e9 / nanos;
  }

  /** Returns millions of bytes a second, both directions together. */
  double megabytesPerSecond() {
    return workload().bytes() * callsPerSecond() / 1e6;
  }

  /** Returns microseconds. */
  double cpuPerCall() {
    return calls() == 0 ? 0 : cpuNanos / 1e3 / calls();
  }

  /** Returns milliseconds. */
  double cpuPerMebibyte() {
    return calls() == 0 ? 0 : cpuNanos / 1e6 / (calls() * workload().bytes() / MIB);
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("command", workload().operation().word());
    json.put("threads", load.threads());
    json.put("sendBytes", workload().bytesUp());
    json.put("receiveBytes", workload().bytesDown());
    json.put("calls", calls());
    json.put("warmUpCalls", made.warmUp);
    json.put("seconds", nanos / 1e9);
    json.put("callsPerSecond", callsPerSecond());
    json.put("megabytesPerSecond", megabytesPerSecond());
    json.put("latencyMicros", made.latencies.summary());
    json.put("cpuSeconds", cpuNanos / 1e9);
    json.put("cpuMicrosPerCall", cpuPerCall());
    if (workload().bytes() > 0) {
      json.put("cpuMillisPerMebibyte", cpuPerMebibyte());
    }
    json.put("endpoint", activity.json());
    return json;
  }

  /** Returns lines for a reader; the first as OpenAFS's rxperf prints it. */
  String text() {
    String rate =
        load.isBulk()
            ? String.format(Locale.ROOT, "%.1f MB/s", megabytesPerSecond())
            : String.format(Locale.ROOT, "%,.0f calls/s", callsPerSecond());
    String cpu =
        load.isBulk()
            ? String.format(Locale.ROOT, "%.2f ms for each MiB", cpuPerMebibyte())
            : String.format(Locale.ROOT, "%.1f us for each call", cpuPerCall());
    return String.format(
        Locale.ROOT,
        "%s:\t%8d msec\t[%s]%nrate     %s%nlatency  %s%nCPU      %s (%.2f CPUs busy)%nendpoint %s%n%s",
        heading(),
        nanos / 1_000_000,
        bits(),
        rate,
        made.latencies,
        cpu,
        cpuNanos / (double) nanos,
        activity,
        nanos < SHORT_NANOS && made.warmUp == 0
            ? "note     less than a second, and much of it the JVM's own warm-up: give --warm-up 3"
                + " and a larger -T\n"
            : "");
  }

  private String heading() {
    String head =
        workload().operation()
            + ": threads\t"
            + load.threads()
            + ", times\t"
            + calls() / load.threads();
    return switch (workload().operation()) {
      case RPC ->
          head
              + (", write bytes\t" + workload().bytesUp())
              + (", read bytes\t" + workload().bytesDown());
      case SEND, RECV, FILE -> head + ", bytes\t" + workload().bytes();
    };
  }

  private String bits() {
    double kilobits = workload().bytes() * calls() * 8e6 / nanos;
    if (kilobits > 1e6) {
      return String.format(Locale.ROOT, "%.4g Gbit/s", kilobits / 1e6);
    }
    return kilobits > 1e3
        ? String.format(Locale.ROOT, "%.4g Mbit/s", kilobits / 1e3)
        : String.format(Locale.ROOT, "%.4g kbit/s", kilobits);
  }
}
