package heddle.bench;

import heddle.rxrpc.transport.DatagramPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf proxy}. */
@Command(
    name = "proxy",
    description = {
      "Put a slow path that loses datagrams before a server, until Ctrl-C.",
      "Each direction delays by half the round trip and loses as many datagrams as are asked for."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf proxy -p 7010 --to 127.0.0.1:7009 --rtt 50 --loss 0.1",
      "  heddle rxperf client -p 7010 -c recv -b 67108864 -T 3",
      "  heddle rxperf proxy --ceiling 3      (what it carries at most, in MB/s)"
    })
final class ProxyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "-p",
      paramLabel = "PORT",
      defaultValue = "7010",
      description = "UDP port that clients send to (default: ${DEFAULT-VALUE}; 0 takes any).")
  private int port;

  @Option(
      names = "--to",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:" + Workload.PORT,
      description = "Server (default: ${DEFAULT-VALUE}).")
  private String server = "";

  @Option(
      names = "--rtt",
      paramLabel = "MS",
      defaultValue = "0",
      description = "Round-trip time to add, in milliseconds (default: ${DEFAULT-VALUE}).")
  private double roundTripMillis;

  @Option(
      names = "--loss",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "Datagrams that are lost, of each direction (default: ${DEFAULT-VALUE}).")
  private double lossPercent;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the choice which are lost (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--ceiling",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Measure for so long what the proxy carries at most, and end.")
  private double ceilingSeconds;

  @Option(
      names = "--portable",
      description = "Use the JDK's sockets even where segmentation offload could be had.")
  private boolean portable;

  @Override
  public Integer call() throws IOException {
    DatagramPorts.Choice choice =
        portable ? DatagramPorts.Choice.PORTABLE : DatagramPorts.Choice.BEST;
    if (ceilingSeconds > 0) {
      double ceiling = new ProxyCeiling(choice).measure(ceilingSeconds);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(Locale.ROOT, "ceiling %.0f MB/s (datagrams of 1444 bytes, one way)%n", ceiling);
      out.flush();
      return Rxperf.OK;
    }
    check("-p", port, 0xffff);
    check("--rtt", roundTripMillis, 60_000);
    check("--loss", lossPercent, 100);
    run(choice);
    return Rxperf.OK;
  }

  private void check(String option, double value, int most) {
    if (!(value >= 0 && value <= most)) {
      throw new ParameterException(
          spec.commandLine(), option + " is 0 to " + most + ", not " + value);
    }
  }

  @SuppressWarnings("try") // it is there to be closed
  private void run(DatagramPorts.Choice choice) throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    UdpProxy.Path path = new UdpProxy.Path((long) (roundTripMillis * 1e6 / 2), lossPercent / 100);
    try (CtrlC ctrlC = CtrlC.calls(end::countDown);
        UdpProxy proxy =
            UdpProxy.start(new InetSocketAddress(port), server(), path, seed, choice)) {
      spec.commandLine()
          .getErr()
          .printf(
              "rxperf proxy: UDP port %d to %s; Ctrl-C ends it%n",
              proxy.address().getPort(), server);
      end.await();
      UdpProxy.Tally tally = proxy.tally();
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%d clients; datagrams sent on %,d, lost %,d, no room for %,d%n",
          tally.clients(), tally.forwarded(), tally.lost(), tally.overflowed());
      out.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private InetSocketAddress server() throws IOException {
    int colon = server.lastIndexOf(':');
    try {
      InetAddress host = InetAddress.getByName(server.substring(0, Math.max(0, colon)));
      return new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1)));
    } catch (UnknownHostException e) {
      throw new IOException("unknown host: " + server.substring(0, colon), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--to is HOST:PORT, not " + server, e);
    }
  }
}
