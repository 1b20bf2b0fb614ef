package heddle.bench;

import com.grack.nanojson.JsonWriter;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf client}. */
@Command(
    name = "client",
    description = {
      "Make rxperf calls and print how many a second, how long they took, and the CPU they cost.",
      "The server is 'heddle rxperf server', OpenAFS's rxperf, or a kernel's.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf client -c rpc -S 0 -R 0 -t 16 -T 20000 --warm-up 3    (null calls)",
      "  heddle rxperf client -c send -b 67108864 -T 20 --warm-up 3          (64 MiB a call)",
      "  printf '1024\\n\\n4096\\n' > list; heddle rxperf client -c file -f list",
      "",
      "A JVM is slow for its first seconds: without --warm-up a short run measures that."
    })
final class ClientCommand implements Callable<Integer> {
  private static final int CHANNELS = 4; // of a wire connection
  private static final int MAX_THREADS = 100_000;
  private static final int DEFAULT_TIMES = 100;
  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "-s",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Server (default: ${DEFAULT-VALUE}).")
  private String host = "";

  @Option(
      names = "-p",
      paramLabel = "PORT",
      defaultValue = "" + Workload.PORT,
      description = "UDP port of the server (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "-c",
      required = true,
      paramLabel = "COMMAND",
      description = "What a call does: rpc, send, recv, file.")
  @SuppressWarnings("NullAway.Init")
  private Operation operation;

  @Option(
      names = "-S",
      paramLabel = "BYTES",
      defaultValue = "3",
      description = "rpc: bytes to the server (default: ${DEFAULT-VALUE}).")
  private int sendBytes;

  @Option(
      names = "-R",
      paramLabel = "BYTES",
      defaultValue = "30",
      description = "rpc: bytes from the server (default: ${DEFAULT-VALUE}).")
  private int receiveBytes;

  @Option(
      names = "-b",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "send, recv: bytes of a call (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "-f",
      paramLabel = "FILE",
      description =
          "file: a number of 32-bit words a line, sent to the server; those behind an empty line"
              + " come from the server.")
  private Optional<Path> list = Optional.empty();

  @Option(
      names = "-T",
      paramLabel = "TIMES",
      description = "Calls of each thread that are measured (default: " + DEFAULT_TIMES + ").")
  private Optional<Integer> times = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Measure for so long, or -T calls if that is less; then -T has no default.")
  private Optional<Double> seconds = Optional.empty();

  @Option(
      names = "-t",
      paramLabel = "THREADS",
      defaultValue = "1",
      description = "Threads, each making one call at a time (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Make calls for so long before measuring, or up to ten times as long if the JIT compiler"
              + " is not idle by then (default: ${DEFAULT-VALUE}).")
  private double warmUpSeconds;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description =
          "Most wire connections, of four calls each (default: one for four threads, as OpenAFS's"
              + " client has, but at least 4).")
  private Optional<Integer> connections = Optional.empty();

  @Option(
      names = "--platform-threads",
      description = "Make the calls on platform threads instead of virtual ones.")
  private boolean platformThreads;

  @ArgGroup(exclusive = false)
  private @Nullable RxkadOptions rxkad; // null: no security

  @Option(
      names = "-r",
      paramLabel = "BYTES",
      defaultValue = "" + Workload.MAX_CHUNK,
      description = "Chunk of reads (default: ${DEFAULT-VALUE}).")
  private int readChunk;

  @Option(
      names = "-w",
      paramLabel = "BYTES",
      defaultValue = "" + Workload.MAX_CHUNK,
      description = "Chunk of writes (default: ${DEFAULT-VALUE}).")
  private int writeChunk;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "-o", paramLabel = "FILE", description = "Write the result to a file.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "-D", description = "Print also what is known of the server at the end.")
  private boolean printPeer;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable")
  private boolean help;

  @ArgGroup(validate = false, heading = OpenAfsOptions.HEADING)
  @SuppressWarnings("UnusedVariable")
  private OpenAfsOptions openAfs = new OpenAfsOptions();

  @Override
  @SuppressWarnings("try") // it is there to be closed
  public Integer call() throws IOException {
    OpenAfsOptions.report(spec.commandLine());
    RxperfClient.Plan plan = plan();
    InetSocketAddress server = server();
    int most = connections.orElse(Math.max(4, (threads + CHANNELS - 1) / CHANNELS));
    EndpointConfig config = EndpointConfig.DEFAULT.withConnectionsPerBundle(most);
    Security security = rxkad == null ? Security.none() : rxkad.client();
    try (Endpoint endpoint = Endpoint.open(config);
        Connection connection = endpoint.connect(server, Workload.SERVICE_ID, security)) {
      RxperfClient client = new RxperfClient(endpoint, connection, plan);
      try (CtrlC ctrlC = CtrlC.calls(client::stop)) {
        LoadReport report = client.run();
        print(report, connection);
      }
    }
    return Rxperf.OK;
  }

  private RxperfClient.Plan plan() throws IOException {
    int calls = times.orElse(seconds.isPresent() ? Integer.MAX_VALUE : DEFAULT_TIMES);
    check("-T", calls, 1, Integer.MAX_VALUE);
    check("-t", threads, 1, MAX_THREADS);
    check("-r", readChunk, 1, Workload.MAX_CHUNK);
    check("-w", writeChunk, 1, Workload.MAX_CHUNK);
    check("-p", port, 1, 0xffff);
    check("-S", sendBytes, 0, Integer.MAX_VALUE);
    check("-R", receiveBytes, 0, Integer.MAX_VALUE);
    check("-b", bytes, 0, Integer.MAX_VALUE);
    check("--connections", connections.orElse(1), 1, MAX_THREADS);
    ThreadFactory kind =
        platformThreads
            ? Thread.ofPlatform().name("rxperf-", 0).factory()
            : Thread.ofVirtual().name("rxperf-", 0).factory();
    return new RxperfClient.Plan(
        workload(),
        new Workload.Chunks(readChunk, writeChunk),
        threads,
        calls,
        seconds.map(ClientCommand::ofSeconds).orElse(FOR_EVER),
        ofSeconds(warmUpSeconds),
        kind);
  }

  private static Duration ofSeconds(double seconds) {
    return Duration.ofNanos((long) (Math.max(0, seconds) * 1e9));
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + least + " to " + most + ", not " + value);
    }
  }

  private Workload workload() throws IOException {
    return switch (operation) {
      case RPC -> Workload.rpc(sendBytes, receiveBytes);
      case SEND -> Workload.send(bytes);
      case RECV -> Workload.receive(bytes);
      case FILE -> transferList().workload();
    };
  }

  private TransferList transferList() throws IOException {
    Path file =
        list.orElseThrow(
            () -> new ParameterException(spec.commandLine(), "-c file needs a list: -f FILE"));
    try {
      return TransferList.parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
    }
  }

  private InetSocketAddress server() throws IOException {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new IOException("unknown host: " + host, e);
    }
  }

  private void print(LoadReport report, Connection connection) throws IOException {
    String text;
    if (json) {
      Map<String, Object> object = report.json();
      object.put("server", connection.peer().toString());
      object.put("roundTripMicros", connection.peerInfo().smoothedRtt().toNanos() / 1e3);
      object.put("jvm", System.getProperty("java.vm.version", ""));
      text = JsonWriter.indent("  ").string().value(object).done() + System.lineSeparator();
    } else {
      text = report.text() + (printPeer ? connection.peerInfo() + System.lineSeparator() : "");
    }
    if (output.isPresent()) {
      Files.writeString(output.get(), text);
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
    }
  }
}
