package heddle.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf compare}. */
@Command(
    name = "compare",
    description = {
      "Measure Heddle beside OpenAFS's rxperf on this machine, in turn, and compare the medians.",
      "Each sample is a client in a process of its own; servers stay. Without --openafs only Heddle"
          + " is measured. Writes rx-compare.json and rx-compare.svg."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf compare --openafs ~/openafs/src/tools/rxperf/rxperf",
      "  heddle rxperf compare --openafs ./rxperf --only NULL_CALLS -n 3",
      "",
      "Close everything else first: with other load the ratios still mean something, the numbers"
          + " do not. bench/README.md says how to read the table."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--openafs",
      paramLabel = "PATH",
      description = "The rxperf of OpenAFS, built with pthreads.")
  private Optional<Path> openAfs = Optional.empty();

  @Option(
      names = "-n",
      paramLabel = "ROUNDS",
      defaultValue = "5",
      description = "Samples of each contender (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "About how long each sample measures (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "KIND",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private Set<Comparison.Kind> kinds = EnumSet.allOf(Comparison.Kind.class);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Numbers of concurrent calls (default: 1,4,16,64; 1,4 for bulk).")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIRECTORY",
      defaultValue = ".",
      description = "Where the results go (default: the current directory).")
  private Path directory = Path.of(".");

  @Override
  @SuppressWarnings("try") // it is there to be closed
  public Integer call() throws IOException {
    check();
    Path scratch = Files.createTempDirectory("heddle-compare");
    Thread self = Thread.currentThread();
    try (CtrlC ctrlC = CtrlC.calls(self::interrupt);
        Children children = new Children()) {
      Comparison comparison =
          new Comparison(
              children,
              openAfs.map(Path::toAbsolutePath),
              Blast.compile(children, scratch),
              seconds);
      List<Experiment> experiments = comparison.experiments(kinds, threads);
      run(experiments, comparison.ceilings(kinds));
    } catch (InterruptedException e) {
      return Rxperf.FAILED;
    } finally {
      deleteAll(scratch);
    }
    return Rxperf.OK;
  }

  private void check() throws IOException {
    if (openAfs.isPresent() && !Files.isExecutable(openAfs.get())) {
      throw new IOException(openAfs.get() + " is no program");
    }
    if (openAfs.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("rxperf compare: no --openafs PATH, so there is nothing to compare with");
    }
    if (rounds < 1 || seconds <= 0) {
      throw new ParameterException(spec.commandLine(), "-n and --seconds are greater than 0");
    }
    Files.createDirectories(directory);
  }

  private void run(List<Experiment> experiments, List<String> notes)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Machine before = Machine.now();
    out.println(before);
    notes.forEach(out::println);
    List<Experiment.Result> results = new ArrayList<>();
    try {
      for (Experiment experiment : experiments) {
        Experiment.Result result = experiment.run(rounds, spec.commandLine().getErr());
        results.add(result);
        result.print(out);
      }
    } finally {
      Machine after = Machine.now();
      out.println(System.lineSeparator() + after);
      ComparisonFiles files = new ComparisonFiles(results, before, after, notes);
      files.write(directory);
      out.printf(Locale.ROOT, "written: %s%n", directory.resolve("rx-compare.{json,svg}"));
      out.flush();
    }
  }

  private static void deleteAll(Path scratch) throws IOException {
    try (var files = Files.list(scratch)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }
}
