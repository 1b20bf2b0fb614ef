package heddle.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * Contenders with the same load, measured in turn (A B C A B C ...), so that what else the machine
 * does meets all of them alike.
 *
 * @param chart title of the chart that the experiment belongs to
 * @param group what sets it apart there
 * @param contenders ours first
 */
record Experiment(
    String chart, String group, String rateUnit, String cpuUnit, List<Contender> contenders) {

  /** What came out. */
  record Result(String chart, String group, String rateUnit, String cpuUnit, List<Series> series) {
    /** Returns the first one's median as a multiple of the best median of those chosen. */
    OptionalDouble ratio(Predicate<String> others) {
      double best =
          series.stream()
              .skip(1)
              .filter(one -> others.test(one.label()) && !one.isEmpty())
              .mapToDouble(Series::rate)
              .max()
              .orElse(Double.NaN);
      double ours = series.getFirst().rate();
      return Double.isNaN(best) || Double.isNaN(ours)
          ? OptionalDouble.empty()
          : OptionalDouble.of(ours / best);
    }

    Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("chart", chart);
      json.put("group", group);
      json.put("rateUnit", rateUnit);
      json.put("cpuUnit", cpuUnit);
      json.put("contenders", series.stream().map(Series::json).toList());
      return json;
    }

    void print(PrintWriter out) {
      out.printf(
          "%n%s, %s%n%-34s %10s %21s %9s %9s %10s %7s%n",
          chart, group, "", rateUnit, "(min-max)", "client", "server", "latency", "ratio");
      out.printf("%-34s %10s %21s %9s %9s %10s%n", "", "", "", cpuUnit, cpuUnit, "p50 us");
      for (Series one : series) {
        print(out, one);
      }
      out.flush();
    }

    private void print(PrintWriter out, Series one) {
      if (one.isEmpty()) {
        out.printf("%-34s failed: %s%n", one.label(), String.join("; ", one.failures()));
        return;
      }
      out.printf(
          Locale.ROOT,
          "%-34s %,10.1f %21s %9s %9s %10s %7.2f%s%n",
          one.label(),
          one.rate(),
          String.format(Locale.ROOT, "(%,.1f-%,.1f)", one.leastRate(), one.greatestRate()),
          number(one.median(Sample::clientCpu)),
          number(one.median(Sample::serverCpu)),
          number(one.median(Sample::medianMicros)),
          series.getFirst().rate() / one.rate(),
          one.failures().isEmpty() ? "" : "  failed: " + String.join("; ", one.failures()));
    }

    private static String number(double value) {
      return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }
  }

  /** Takes {@code rounds} samples of each contender, after one warm-up of each. */
  Result run(int rounds, PrintWriter progress) throws InterruptedException {
    List<Series> series = new ArrayList<>();
    contenders.forEach(contender -> series.add(new Series(contender.label())));
    try {
      for (int round = 0; round <= rounds; round++) {
        progress.printf("\r%s, %s: round %d of %d  ", chart, group, round, rounds);
        progress.flush();
        for (int i = 0; i < contenders.size(); i++) {
          sample(contenders.get(i), series.get(i), round == 0);
        }
      }
    } finally {
      contenders.forEach(Contender::close);
      progress.printf("\r%80s\r", "");
      progress.flush();
    }
    return new Result(chart, group, rateUnit, cpuUnit, series);
  }

  private static void sample(Contender contender, Series series, boolean warmUp)
      throws InterruptedException {
    if (series.failures().size() > 1) {
      return; // it will not get better
    }
    try {
      if (warmUp) {
        contender.warmUp();
      } else {
        series.add(contender.sample());
      }
    } catch (IOException e) {
      series.failed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }
}
