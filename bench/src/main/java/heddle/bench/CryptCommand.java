package heddle.bench;

import com.grack.nanojson.JsonWriter;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.Service;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf crypt}. */
@Command(
    name = "crypt",
    description = {
      "What encryption costs: in turn, what one thread seals and opens at level crypt, and calls at",
      "level crypt between two endpoints of this process; print the medians and their ratios.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  heddle rxperf crypt --openafs-source ~/openafs --json")
final class CryptCommand implements Callable<Integer> {
  private static final Duration FOR_EVER = Duration.ofDays(10_000);
  private static final String SEAL = "fcrypt, seal";
  private static final String OPEN = "fcrypt, open";
  private static final String SENT = "call, sending";
  private static final String RECEIVED = "call, receiving";
  private static final int WARM_UP_ROUNDS = 2;
  private static final String OPENAFS_ENCRYPT = "OpenAFS, encrypt";
  private static final String OPENAFS_DECRYPT = "OpenAFS, decrypt";

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "-n",
      paramLabel = "ROUNDS",
      defaultValue = "5",
      description = "Samples of each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "-b",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description = "Bytes of a call (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "For how long fcrypt alone is measured each time (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--openafs-source",
      paramLabel = "DIR",
      description =
          "A source tree of OpenAFS: its fcrypt is compiled with cc -O2 and measured too.")
  private Optional<Path> openAfsSource = Optional.empty();

  @Option(names = "--json", description = "Print JSON, with every sample.")
  private boolean json;

  private final Map<String, Series> series = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException, RxkadException {
    Machine before = Machine.now();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServiceKeys keys = ServiceKeys.generated();
        RxkadToken token = RxkadToken.printed(keys);
        Endpoint server = Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(anyPort));
        Service service = server.serve(Workload.SERVICE_ID, secured(keys), new RxperfService());
        Endpoint client = Endpoint.open(EndpointConfig.DEFAULT);
        Connection connection =
            client.connect(
                server.localAddress(), service.serviceId(), Rxkad.with(token, RxkadLevel.CRYPT))) {
      measure(client, connection);
    }
    print(before);
    return Rxperf.OK;
  }

  private static ServiceOptions secured(ServiceKeys keys) {
    return ServiceOptions.DEFAULT.withSecurity(RxkadService.with(keys).floor(RxkadLevel.CRYPT));
  }

  private void measure(Endpoint client, Connection connection)
      throws IOException, InterruptedException {
    try (var children = new Children()) {
      if (openAfsSource.isEmpty()) {
        measure(client, connection, counts -> {});
        return;
      }
      try (var openAfs = FcryptOfOpenAfs.build(openAfsSource.get(), children)) {
        measure(
            client,
            connection,
            counts -> {
              FcryptOfOpenAfs.Rates rates = openAfs.sample(seconds, FcryptOfOurs.PAYLOAD_BYTES);
              note(counts, OPENAFS_ENCRYPT, rates.encrypt());
              note(counts, OPENAFS_DECRYPT, rates.decrypt());
            });
      }
    }
  }

  /** What else is measured in each round. */
  @FunctionalInterface
  private interface Others {
    void measure(boolean counts) throws IOException, InterruptedException;
  }

  private void measure(Endpoint client, Connection connection, Others others)
      throws IOException, InterruptedException {
    FcryptOfOurs ours = FcryptOfOurs.create();
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      boolean counts = round >= 0;
      note(counts, SEAL, ours.sealRate(seconds));
      note(counts, OPEN, ours.openRate(seconds));
      others.measure(counts);
      note(counts, SENT, rate(client, connection, Workload.send(bytes)));
      note(counts, RECEIVED, rate(client, connection, Workload.receive(bytes)));
    }
  }

  private static double rate(Endpoint client, Connection connection, Workload workload)
      throws IOException {
    var plan =
        new RxperfClient.Plan(
            workload,
            new Workload.Chunks(Workload.MAX_CHUNK, Workload.MAX_CHUNK),
            1,
            1,
            FOR_EVER,
            Duration.ZERO,
            Thread.ofVirtual().factory());
    return new RxperfClient(client, connection, plan).run().megabytesPerSecond();
  }

  private void note(boolean counts, String label, double rate) {
    if (counts) {
      series.computeIfAbsent(label, Series::new).add(Sample.ofRate(rate));
    }
  }

  private double median(String label) {
    return Optional.ofNullable(series.get(label)).map(Series::rate).orElse(Double.NaN);
  }

  /** Returns each ratio that an aim is about, of medians. */
  private Map<String, Double> ratios() {
    var ratios = new LinkedHashMap<String, Double>();
    ratios.put(SENT + " / " + SEAL, median(SENT) / median(SEAL));
    ratios.put(RECEIVED + " / " + SEAL, median(RECEIVED) / median(SEAL));
    ratios.put(SEAL + " / " + OPENAFS_ENCRYPT, median(SEAL) / median(OPENAFS_ENCRYPT));
    ratios.put(OPEN + " / " + OPENAFS_DECRYPT, median(OPEN) / median(OPENAFS_DECRYPT));
    ratios.values().removeIf(ratio -> ratio.isNaN());
    return ratios;
  }

  private void print(Machine before) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      var object = new LinkedHashMap<String, Object>();
      object.put("machine", before.json());
      object.put("loadAverageAfter", Machine.now().loadAverage());
      object.put("megabytesPerSecond", series.values().stream().map(Series::json).toList());
      object.put("ratios", ratios());
      out.println(JsonWriter.string(object));
      return;
    }
    out.printf("%s%n%-20s %10s %19s%n", before, "", "MB/s", "(min-max)");
    for (Series each : series.values()) {
      String spread =
          String.format(Locale.ROOT, "(%.1f-%.1f)", each.leastRate(), each.greatestRate());
      out.printf(Locale.ROOT, "%-20s %10.1f %19s%n", each.label(), each.rate(), spread);
    }
    ratios().forEach((name, ratio) -> out.printf(Locale.ROOT, "%-38s %.2f%n", name, ratio));
    out.flush();
  }
}
