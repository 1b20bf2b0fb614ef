package heddle.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long calls took, to three digits. Not thread-safe: one for each thread, added up later. */
final class Latencies {
  private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  private final Histogram nanos = new Histogram(HIGHEST_NANOS, DIGITS);

  void record(long callNanos) {
    nanos.recordValue(Math.clamp(callNanos, 0, HIGHEST_NANOS));
  }

  void add(Latencies others) {
    nanos.add(others.nanos);
  }

  long count() {
    return nanos.getTotalCount();
  }

  /** Returns what is below {@code percentile} percent of all calls, in microseconds. */
  double micros(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }

  /** Returns the distribution in microseconds, for JSON. */
  Map<String, Double> summary() {
    var summary = new LinkedHashMap<String, Double>();
    summary.put("min", nanos.getMinValue() / 1e3);
    for (double percentile : PERCENTILES) {
      summary.put(name(percentile), micros(percentile));
    }
    summary.put("max", nanos.getMaxValue() / 1e3);
    summary.put("mean", nanos.getMean() / 1e3);
    return summary;
  }

  private static String name(double percentile) {
    return "p" + (percentile % 1 == 0 ? String.valueOf((int) percentile) : percentile);
  }

  /** One line, in microseconds. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    summary()
        .forEach(
            (name, micros) -> text.append(String.format(Locale.ROOT, "%s %.1f  ", name, micros)));
    return text.append("us").toString();
  }
}
