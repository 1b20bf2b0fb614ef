package heddle.bench;

import com.grack.nanojson.JsonWriter;
import heddle.afs.AfsConfig;
import heddle.afs.AfsPath;
import heddle.afs.Protection;
import heddle.afs.auth.Identity;
import heddle.afs.rpc.FileService;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that measure the library beside bare calls to a real file server share. */
abstract class FileServerCommand implements Callable<Integer> {
  private static final Duration WARM_UP = Duration.ofSeconds(3); // and until little is compiled
  private static final int[] CALLS = {1, 4, 8};

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(names = "--cell", required = true, paramLabel = "NAME", description = "The cell.")
  private String cell = "";

  @Option(
      names = "--vlserver",
      required = true,
      paramLabel = "ADDRESS",
      description = "Its volume location server.")
  @SuppressWarnings("NullAway.Init")
  private InetAddress locationServer;

  @Option(
      names = "--fileserver",
      required = true,
      paramLabel = "ADDRESS",
      description = "The file server that has the file.")
  @SuppressWarnings("NullAway.Init")
  private InetAddress fileServer;

  @ArgGroup(exclusive = false, heading = "%nSecurity; both or none:%n")
  private @Nullable RxkadOptions rxkad;

  @Option(
      names = "-n",
      paramLabel = "ROUNDS",
      defaultValue = "5",
      description = "Samples of each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print the rates in MB/s as JSON.")
  private boolean json;

  @Parameters(paramLabel = "PATH", description = "As /afs/example.org/big: 32 MiB or more.")
  private String path = "";

  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  /** What is measured. */
  interface Contest {
    /** Moves all bytes by so many bare calls at a time. */
    void bare(BareLoop loop, int calls) throws IOException, InterruptedException;

    /** Moves them by the library. */
    void library() throws IOException;
  }

  AfsPath place() {
    return AfsPath.of(path.replaceFirst("^/afs/", "/"));
  }

  /** Does all in turn, and prints the medians. */
  void compare(long bytes, Contest contest) throws IOException, InterruptedException {
    try (var loop = new BareLoop(server(), security())) {
      WarmUp warmUp = new WarmUp(WARM_UP); // rounds before that do not count
      for (int round = -1; round < rounds; round += warmUp.isOver() ? 1 : 0) {
        boolean counts = round >= 0;
        for (int calls : CALLS) {
          long beginNanos = System.nanoTime();
          contest.bare(loop, calls);
          note(counts, "bare, " + calls + " at a time", rate(bytes, beginNanos));
        }
        long beginNanos = System.nanoTime();
        contest.library();
        note(counts, "library", rate(bytes, beginNanos));
      }
    }
    print();
  }

  private InetSocketAddress server() {
    return new InetSocketAddress(fileServer, FileService.PORT);
  }

  AfsConfig config() {
    AfsConfig config = AfsConfig.DEFAULT.withCells(Map.of(cell, List.of(locationServer)));
    return rxkad == null
        ? config
        : config.withProtection(
            Protection.DEFAULT.withUsual(new Protection.Levels(rxkad.level(), rxkad.level())));
  }

  private Security security() throws IOException {
    return rxkad == null ? Security.none() : rxkad.client();
  }

  Identity caller() throws IOException {
    Identity caller = Identity.named("rxperf");
    if (rxkad != null) {
      caller.set(cell, rxkad.token());
    }
    return caller;
  }

  private static double rate(long bytes, long beginNanos) {
    return bytes * 1e3 / (System.nanoTime() - beginNanos);
  }

  private void note(boolean counts, String label, double rate) {
    if (counts) {
      samples.computeIfAbsent(label, key -> new ArrayList<>()).add(rate);
    }
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Rates> rates = new LinkedHashMap<>();
    samples.forEach((label, each) -> rates.put(label, Rates.of(each)));
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      rates.forEach((label, each) -> object.put(label, each.json()));
      out.println(JsonWriter.string(object));
      return;
    }
    double best =
        rates.entrySet().stream()
            .filter(each -> each.getKey().startsWith("bare"))
            .mapToDouble(each -> each.getValue().median())
            .max()
            .orElse(Double.NaN);
    out.printf("%-20s %10s %19s %9s%n", "", "MB/s", "(min-max)", "of best");
    rates.forEach(
        (label, each) ->
            out.printf(
                Locale.ROOT,
                "%-20s %10.1f %19s %9.2f%n",
                label,
                each.median(),
                String.format(Locale.ROOT, "(%.1f-%.1f)", each.least(), each.greatest()),
                each.median() / best));
    out.flush();
  }

  /** What several samples of a rate come to. */
  private record Rates(double median, double least, double greatest) {
    static Rates of(List<Double> samples) {
      double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double median = (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
      return new Rates(median, sorted[0], sorted[sorted.length - 1]);
    }

    Map<String, Object> json() {
      return Map.of("median", median, "min", least, "max", greatest);
    }
  }
}
