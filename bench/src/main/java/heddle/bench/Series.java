package heddle.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The samples of one contender. */
final class Series {
  private final String label;
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  Series(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  void failed(String why) {
    failures.add(why);
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  List<String> failures() {
    return failures;
  }

  /** Returns the middle one, or the mean of the two in the middle; NaN if there is none. */
  double median(ToDoubleFunction<Sample> value) {
    double[] sorted =
        samples.stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double rate() {
    return median(Sample::rate);
  }

  double leastRate() {
    return samples.stream().mapToDouble(Sample::rate).min().orElse(Double.NaN);
  }

  double greatestRate() {
    return samples.stream().mapToDouble(Sample::rate).max().orElse(Double.NaN);
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("label", label);
    if (!isEmpty()) {
      json.put("median", rate());
      json.put("min", leastRate());
      json.put("max", greatestRate());
    }
    json.put("samples", samples.stream().map(Sample::json).toList());
    json.put("failures", failures);
    return json;
  }
}
