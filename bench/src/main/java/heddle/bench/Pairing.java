package heddle.bench;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client and a server, each a process of its own, with the server kept for all samples. */
final class Pairing implements Contender {
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(25);

  private final Children children;
  private final String label;
  private final Program client;
  private final Program server;
  private final Load load;
  private final double seconds;
  private final Optional<SlowPath> path;
  private @Nullable Process serving;
  private @Nullable Process proxy;
  private int port; // that the client calls

  /**
   * Creates a pair; nothing is started before the first sample.
   *
   * @param seconds about how long a sample takes
   * @param path what lies between the two; nothing but loopback if absent
   */
  Pairing(
      Children children,
      String label,
      Sides sides,
      Load load,
      double seconds,
      Optional<SlowPath> path) {
    this.children = children;
    this.label = label;
    this.client = sides.client;
    this.server = sides.server;
    this.load = load;
    this.seconds = seconds;
    this.path = path;
  }

  /** Who calls whom. */
  record Sides(Program client, Program server) {
    static Sides both(Program program) {
      return new Sides(program, program);
    }
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void warmUp() throws IOException, InterruptedException {
    if (server instanceof Program.Heddle) {
      long beginNanos = System.nanoTime();
      do { // a client of OpenAFS does not warm it up by itself
        sample();
      } while (System.nanoTime() - beginNanos < WARM_UP_NANOS);
    }
  }

  @Override
  public Sample sample() throws IOException, InterruptedException {
    Process process = serving == null || !serving.isAlive() ? start() : serving;
    double before = cpuNanos(process);
    Program.Run run = client.call(children, port, load, seconds);
    double serverNanos = cpuNanos(process) - before;
    return new Sample(
        load.rate(run.calls(), run.seconds()),
        load.cpu(run.cpuNanos(), run.calls()),
        load.cpu(serverNanos, run.allCalls()),
        run.medianMicros());
  }

  private Process start() throws IOException, InterruptedException {
    close();
    int serverPort = freePort();
    Process process = server.serve(children, serverPort);
    serving = process;
    port = serverPort;
    if (path.isPresent()) {
      port = freePort();
      proxy = path.get().start(children, port, serverPort);
    }
    return process;
  }

  private static int freePort() throws IOException {
    try (var socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  private static double cpuNanos(Process process) {
    var nanos = ProcessCpu.nanosOf(process.pid());
    return nanos.isPresent() ? nanos.getAsLong() : Double.NaN;
  }

  @Override
  public void close() {
    if (proxy != null) {
      children.stop(proxy);
      proxy = null;
    }
    if (serving != null) {
      children.stop(serving);
      serving = null;
    }
  }
}
