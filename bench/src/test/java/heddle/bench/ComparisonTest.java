package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final EnumSet<Comparison.Kind> ALL = EnumSet.allOf(Comparison.Kind.class);

  private static List<Experiment> experiments(Optional<Path> openAfs, List<Integer> threads) {
    Optional<Path> blast = openAfs;
    return new Comparison(new Children(), openAfs, blast, 1).experiments(ALL, threads);
  }

  private static List<String> labels(Experiment experiment) {
    return experiment.contenders().stream().map(Contender::label).toList();
  }

  @Test
  void withoutOpenAfsOnlyHeddleTakesPart() {
    assertThat(experiments(Optional.empty(), List.of()))
        .allSatisfy(
            experiment -> assertThat(labels(experiment)).allMatch(it -> it.contains("heddle")));
  }

  @Test
  void withOpenAfsEveryExperimentHasBoth() {
    assertThat(experiments(Optional.of(Path.of("rxperf")), List.of()))
        .hasSize(4 + 4 + 6 + 12 + 1)
        .filteredOn(experiment -> !experiment.chart().contains("embedded")) // nothing of OpenAFS's
        .allSatisfy(
            experiment ->
                assertThat(labels(experiment))
                    .anyMatch(it -> it.contains("heddle"))
                    .anyMatch(it -> it.contains("openafs")));
  }

  @Test
  void bulkHasTheCeilingAndTheFileServersSettings() {
    Experiment bulk =
        experiments(Optional.of(Path.of("rxperf")), List.of(4)).stream()
            .filter(it -> it.group().equals("send, 4 calls"))
            .findFirst()
            .orElseThrow();

    assertThat(bulk.rateUnit()).isEqualTo("MB/s");
    assertThat(labels(bulk))
        .containsExactly(
            "heddle",
            "heddle, no segmentation",
            "openafs -j",
            "openafs -j, 4 MiB buffers",
            "C ceiling (GSO, GRO)");
  }

  @Test
  void pathsExpectWhatWindowOrLossAllows() {
    double window = 255 * 1416 / 0.05 / 1e6;

    assertThat(new SlowPath(50, 0).expectedRate()).isEqualTo(window);
    assertThat(new SlowPath(50, 1).expectedRate()).isEqualTo(1.22 * 1416 / (0.05 * 0.1) / 1e6);
  }
}
