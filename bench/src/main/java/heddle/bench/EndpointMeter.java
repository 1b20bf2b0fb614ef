package heddle.bench;

import com.sun.management.ThreadMXBean;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.trace.EndpointStatistics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** What an endpoint and its receive thread did during a measurement. */
final class EndpointMeter {
  private final Endpoint endpoint;
  private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
  private final OptionalLong receiveThread;
  private volatile Reading begin;

  /** The counters at one moment. */
  private record Reading(EndpointStatistics statistics, long cpuNanos, long allocatedBytes) {}

  /**
   * What happened between two moments.
   *
   * @param datagramsReceived by the endpoint
   * @param datagramsSent by the endpoint
   * @param resent DATA packets sent again
   * @param batches how often the receive thread woke for datagrams
   * @param receiveCpuNanos CPU time of the receive thread
   * @param receiveAllocated bytes that the receive thread allocated
   */
  record Activity(
      long datagramsReceived,
      long datagramsSent,
      long resent,
      long batches,
      long receiveCpuNanos,
      long receiveAllocated) {

    double allocatedPerDatagram() {
      return receiveAllocated / (double) Math.max(1, datagramsReceived);
    }

    double datagramsPerBatch() {
      return datagramsReceived / (double) Math.max(1, batches);
    }

    Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("datagramsReceived", datagramsReceived);
      json.put("datagramsSent", datagramsSent);
      json.put("packetsResent", resent);
      json.put("datagramsPerBatch", datagramsPerBatch());
      json.put("receiveThreadCpuSeconds", receiveCpuNanos / 1e9);
      json.put("receiveThreadBytesPerDatagram", allocatedPerDatagram());
      return json;
    }

    /** One line. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d datagrams in, %,d out, %,d packets resent; receive thread: %.1f datagrams a batch,"
              + " %.2f s CPU, %.0f bytes allocated for each datagram",
          datagramsReceived,
          datagramsSent,
          resent,
          datagramsPerBatch(),
          receiveCpuNanos / 1e9,
          allocatedPerDatagram());
    }
  }

  /** Begins to measure. */
  EndpointMeter(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.receiveThread = find("rx-receive-" + endpoint.localAddress().getPort());
    this.begin = read();
  }

  private OptionalLong find(String name) {
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().equals(name)) {
        return OptionalLong.of(thread.getThreadId());
      }
    }
    return OptionalLong.empty();
  }

  private Reading read() {
    EndpointStatistics statistics = endpoint.snapshot().statistics();
    return receiveThread.isEmpty()
        ? new Reading(statistics, 0, 0)
        : new Reading(
            statistics,
            threads.getThreadCpuTime(receiveThread.getAsLong()),
            threads.getThreadAllocatedBytes(receiveThread.getAsLong()));
  }

  /** Forgets what was measured so far. */
  void restart() {
    begin = read();
  }

  /** Returns what happened since the beginning. */
  Activity activity() {
    Reading from = begin;
    Reading to = read();
    return new Activity(
        to.statistics.received().count() - from.statistics.received().count(),
        to.statistics.sent().count() - from.statistics.sent().count(),
        to.statistics.data().resent() - from.statistics.data().resent(),
        to.statistics.batches() - from.statistics.batches(),
        to.cpuNanos - from.cpuNanos,
        to.allocatedBytes - from.allocatedBytes);
  }
}
