package heddle.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measurement. CPU and latency are NaN where they are not known.
 *
 * @param rate what is to be high
 * @param clientCpu CPU of the client for each call or MiB
 * @param serverCpu CPU of the server likewise
 * @param medianMicros what half of the calls took at most
 */
record Sample(double rate, double clientCpu, double serverCpu, double medianMicros) {
  static Sample ofRate(double rate) {
    return new Sample(rate, Double.NaN, Double.NaN, Double.NaN);
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    put(json, "rate", rate);
    put(json, "clientCpu", clientCpu);
    put(json, "serverCpu", serverCpu);
    put(json, "medianMicros", medianMicros);
    return json;
  }

  private static void put(Map<String, Object> json, String name, double value) {
    if (!Double.isNaN(value)) {
      json.put(name, value);
    }
  }
}
