package heddle.bench;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsConfig;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.Protection;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.afs.rpc.FileService;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf fetch}. */
@Command(
    name = "fetch",
    description = {
      "Read a file of a real file server, in turn with bare FetchData64 calls, 1, 4 and 8 at a time,",
      "and with the client library, whose cache is empty each time; print the medians."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer =
        "  heddle rxperf fetch --cell example.org --vlserver 192.0.2.1 --fileserver 192.0.2.2"
            + " /afs/example.org/big")
final class FetchCommand implements Callable<Integer> {
  private static final int[] CALLS = {1, 4, 8};
  private static final int READ_BYTES = 128 << 10; // as the kernel asks of a mount

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

  @Parameters(paramLabel = "PATH", description = "As /afs/example.org/big: 32 MiB or more.")
  private String path = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    AfsConfig config = config();
    AfsPath place = AfsPath.of(path.replaceFirst("^/afs/", "/"));
    var samples = new LinkedHashMap<String, List<Double>>();
    var server = new InetSocketAddress(fileServer, FileService.PORT);
    try (Identity caller = caller();
        var bare = new BareFetch(server, security())) {
      FileStatus file;
      try (AfsClient client = AfsClient.open(config)) {
        file = client.stat(caller, place, FinalLink.FOLLOW);
      }
      for (int round = -1; round < rounds; round++) { // the first one warms up
        boolean counts = round >= 0;
        for (int calls : CALLS) {
          long beginNanos = System.nanoTime();
          bare.fetch(file.fid(), file.length(), calls);
          note(samples, counts, "bare, " + calls + " at a time", rate(file, beginNanos));
        }
        long beginNanos = System.nanoTime();
        readAll(config, caller, place);
        note(samples, counts, "library", rate(file, beginNanos));
      }
    }
    print(samples);
    return Rxperf.OK;
  }

  private AfsConfig config() {
    AfsConfig config = AfsConfig.DEFAULT.withCells(Map.of(cell, List.of(locationServer)));
    return rxkad == null
        ? config
        : config.withProtection(
            Protection.DEFAULT.withUsual(new Protection.Levels(rxkad.level(), rxkad.level())));
  }

  private Security security() throws IOException {
    return rxkad == null ? Security.none() : rxkad.client();
  }

  private Identity caller() throws IOException {
    Identity caller = Identity.named("rxperf");
    if (rxkad != null) {
      caller.set(cell, rxkad.token());
    }
    return caller;
  }

  private static void readAll(AfsConfig config, Caller caller, AfsPath path) throws IOException {
    try (AfsClient client = AfsClient.open(config);
        AfsFile file = client.open(caller, path, FinalLink.FOLLOW)) {
      var target = ByteBuffer.allocateDirect(READ_BYTES);
      long offset = 0;
      int count;
      do {
        count = file.read(target.clear(), offset);
        offset += count;
      } while (count > 0);
    }
  }

  private static double rate(FileStatus file, long beginNanos) {
    return file.length() * 1e3 / (System.nanoTime() - beginNanos);
  }

  private static void note(
      Map<String, List<Double>> samples, boolean counts, String label, double rate) {
    if (counts) {
      samples.computeIfAbsent(label, key -> new ArrayList<>()).add(rate);
    }
  }

  private void print(Map<String, List<Double>> samples) {
    PrintWriter out = spec.commandLine().getOut();
    double best = 0;
    out.printf("%-20s %10s %19s %9s%n", "", "MB/s", "(min-max)", "of best");
    for (Map.Entry<String, List<Double>> each : samples.entrySet()) {
      double[] sorted =
          each.getValue().stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double median = (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
      best = each.getKey().startsWith("bare") ? Math.max(best, median) : best;
      String spread =
          String.format(Locale.ROOT, "(%.1f-%.1f)", sorted[0], sorted[sorted.length - 1]);
      out.printf(
          Locale.ROOT, "%-20s %10.1f %19s %9.2f%n", each.getKey(), median, spread, median / best);
    }
    out.flush();
  }
}
