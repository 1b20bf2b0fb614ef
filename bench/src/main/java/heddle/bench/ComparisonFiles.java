package heddle.bench;

import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as files: JSON with every sample, SVG with the medians. */
record ComparisonFiles(
    List<Experiment.Result> results, Machine before, Machine after, List<String> notes) {
  private static final String NAME = "rx-compare";

  /** Writes both files. */
  void write(Path directory) throws IOException {
    Files.writeString(directory.resolve(NAME + ".json"), json());
    Files.writeString(directory.resolve(NAME + ".svg"), BarChart.document(charts()));
  }

  private String json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("machineBefore", before.json());
    json.put("machineAfter", after.json());
    json.put("notes", notes);
    json.put("experiments", results.stream().map(Experiment.Result::json).toList());
    return JsonWriter.indent("  ").string().value(json).done() + System.lineSeparator();
  }

  private List<BarChart> charts() {
    Map<String, List<Experiment.Result>> byChart = new LinkedHashMap<>();
    for (Experiment.Result result : results) {
      byChart.computeIfAbsent(result.chart(), title -> new ArrayList<>()).add(result);
    }
    return byChart.values().stream().map(ComparisonFiles::chart).toList();
  }

  private static BarChart chart(List<Experiment.Result> results) {
    Experiment.Result first = results.getFirst();
    return new BarChart(
        first.chart(),
        first.rateUnit() + ", median and spread",
        results.stream().map(ComparisonFiles::group).toList());
  }

  private static BarChart.Group group(Experiment.Result result) {
    return new BarChart.Group(
        result.group(),
        result.series().stream()
            .filter(one -> !one.isEmpty())
            .map(
                one ->
                    new BarChart.Bar(one.label(), one.rate(), one.leastRate(), one.greatestRate()))
            .toList());
  }
}
