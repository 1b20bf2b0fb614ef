package heddle.bench;

import com.grack.nanojson.JsonWriter;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.Service;
import heddle.rxrpc.ServiceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf server}. */
@Command(
    name = "server",
    description = {
      "Serve rxperf calls (service 147) until Ctrl-C, then print what was served.",
      "For clients of 'heddle rxperf', of OpenAFS's rxperf, and of a kernel's rxrpc."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf server",
      "  heddle rxperf server -p 0     (says which port it took)"
    })
final class ServerCommand implements Callable<Integer> {
  private static final int MAX_CALLS = 100_000; // at a time, also of one client
  private static final double MIB = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "-p",
      paramLabel = "PORT",
      defaultValue = "" + Workload.PORT,
      description = "UDP port; 0 takes any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--json", description = "Print what was served as JSON.")
  private boolean json;

  @ArgGroup(exclusive = false)
  private @Nullable RxkadOptions rxkad; // null: no security

  @Option(
      names = {"-r", "-w"},
      paramLabel = "BYTES",
      description = "Chunks; taken for OpenAFS's sake: the client says them with each call.")
  @SuppressWarnings("UnusedVariable")
  private int chunk;

  @Option(
      names = {"-s", "-S"},
      paramLabel = "N",
      description = "Threads; taken for OpenAFS's sake: each call has a virtual thread here.")
  @SuppressWarnings("UnusedVariable")
  private int processes;

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
    if (port < 0 || port > 0xffff) {
      throw new ParameterException(spec.commandLine(), "-p is 0 to 65535, not " + port);
    }
    PrintWriter out = spec.commandLine().getOut();
    RxperfService rxperf = new RxperfService();
    CountDownLatch end = new CountDownLatch(1);
    EndpointConfig config = EndpointConfig.DEFAULT.withBindAddress(new InetSocketAddress(port));
    ServiceOptions options = ServiceOptions.DEFAULT.withMaxActive(MAX_CALLS, MAX_CALLS);
    if (rxkad != null) {
      options = options.withSecurity(rxkad.server());
    }
    long beginNanos = System.nanoTime();
    try (CtrlC ctrlC = CtrlC.calls(end::countDown);
        Endpoint endpoint = Endpoint.open(config);
        Service service = endpoint.serve(Workload.SERVICE_ID, options, rxperf)) {
      spec.commandLine()
          .getErr()
          .printf(
              "rxperf server: service %d on UDP port %d; Ctrl-C ends it%n",
              service.serviceId(), endpoint.localAddress().getPort());
      EndpointMeter meter = new EndpointMeter(endpoint);
      awaitQuietly(end);
      print(out, rxperf.served(), System.nanoTime() - beginNanos, meter.activity());
    }
    return Rxperf.OK;
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(
      PrintWriter out, RxperfService.Served served, long nanos, EndpointMeter.Activity activity) {
    double cpuNanos = ProcessCpu.ownNanos();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("calls", served.calls());
      object.put("bytesIn", served.bytesIn());
      object.put("bytesOut", served.bytesOut());
      object.put("seconds", nanos / 1e9);
      object.put("cpuSeconds", cpuNanos / 1e9);
      object.put("endpoint", activity.json());
      out.println(JsonWriter.string(object));
      return;
    }
    double mebibytes = (served.bytesIn() + served.bytesOut()) / MIB;
    out.printf(
        Locale.ROOT,
        "served %,d calls, %.1f MiB in, %.1f MiB out; CPU %.2f s, %.1f us for each call%s%nendpoint %s%n",
        served.calls(),
        served.bytesIn() / MIB,
        served.bytesOut() / MIB,
        cpuNanos / 1e9,
        cpuNanos / 1e3 / Math.max(1, served.calls()),
        mebibytes < 1
            ? ""
            : String.format(Locale.ROOT, ", %.2f ms for each MiB", cpuNanos / 1e6 / mebibytes),
        activity);
    out.flush();
  }
}
