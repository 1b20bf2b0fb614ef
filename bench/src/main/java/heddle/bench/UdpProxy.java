package heddle.bench;

import heddle.rxrpc.transport.DatagramPort;
import heddle.rxrpc.transport.DatagramPorts;
import heddle.rxrpc.transport.ReceiveBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A path that is slow and loses datagrams, for kernels without netem: takes the datagrams of any
 * clients at one address, sends them on to one server, and the answers back.
 *
 * <p>It sends and receives in batches, with segmentation offload where there is any, so that it
 * carries far more than the flows that are measured through it; {@link ProxyCeiling} says how much.
 */
final class UdpProxy implements AutoCloseable {
  private static final int MAX_CLIENTS = 1000;

  private final DatagramPort front;
  private final InetSocketAddress server;
  private final DatagramPorts.Choice choice;
  private final Path path;
  private final SplittableRandom seeds;
  private final Map<InetSocketAddress, Flow> flows = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * What becomes of the datagrams of one direction.
   *
   * @param delayNanos how long each is under way
   * @param loss probability that one is lost
   */
  record Path(long delayNanos, double loss) {}

  /** What was done so far, in datagrams of both directions. */
  record Tally(int clients, long forwarded, long lost, long overflowed) {}

  private UdpProxy(
      DatagramPort front,
      InetSocketAddress server,
      Path path,
      long seed,
      DatagramPorts.Choice choice) {
    this.front = front;
    this.server = server;
    this.path = path;
    this.choice = choice;
    this.seeds = new SplittableRandom(seed);
  }

  /**
   * Starts a proxy.
   *
   * @param listen where clients send to
   * @param path each direction
   * @param seed of what is lost
   * @throws IOException if {@code listen} cannot be had
   */
  static UdpProxy start(
      InetSocketAddress listen,
      InetSocketAddress server,
      Path path,
      long seed,
      DatagramPorts.Choice choice)
      throws IOException {
    UdpProxy proxy = new UdpProxy(DatagramPorts.open(listen, choice), server, path, seed, choice);
    spawn("proxy-front", () -> proxy.receive(proxy.front, proxy::fromClient, proxy::wakeAll));
    return proxy;
  }

  /** The traffic of one client, both ways. */
  private record Flow(DatagramPort back, DelayLine up, DelayLine down) {
    void close() {
      up.close();
      down.close();
      back.close();
    }
  }

  private interface Taker {
    void take(ReceiveBatch batch, int index, long nowNanos);
  }

  private static void spawn(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  private void receive(DatagramPort port, Taker taker, Runnable afterBatch) {
    ReceiveBatch batch = port.newReceiveBatch();
    while (!closed) {
      try {
        if (!port.receive(batch)) {
          return;
        }
      } catch (IOException e) {
        continue; // nobody listens at the other end, say
      }
      long nowNanos = System.nanoTime();
      for (int i = 0; i < batch.count(); i++) {
        taker.take(batch, i, nowNanos);
      }
      afterBatch.run();
    }
  }

  private void fromClient(ReceiveBatch batch, int index, long nowNanos) {
    Flow flow = flow(batch.source(index));
    if (flow != null) {
      flow.up.offer(batch.datagram(index), nowNanos);
    }
  }

  private void wakeAll() {
    flows.values().forEach(flow -> flow.up.wake());
  }

  private @Nullable Flow flow(InetSocketAddress client) {
    Flow known = flows.get(client);
    if (known != null || flows.size() >= MAX_CLIENTS) {
      return known;
    }
    try {
      Flow flow = newFlow(client);
      flows.put(client, flow);
      return flow;
    } catch (IOException | UncheckedIOException e) {
      return null; // no socket to be had: the datagram is lost
    }
  }

  private Flow newFlow(InetSocketAddress client) throws IOException {
    DatagramPort back = DatagramPorts.open(new InetSocketAddress(0), choice);
    Flow flow =
        new Flow(
            back,
            new DelayLine(back, server, path, seeds.split()),
            new DelayLine(front, client, path, seeds.split()));
    spawn("proxy-up", flow.up::run);
    spawn("proxy-down", flow.down::run);
    spawn(
        "proxy-back",
        () ->
            receive(
                back,
                (batch, index, nowNanos) -> flow.down.offer(batch.datagram(index), nowNanos),
                flow.down::wake));
    return flow;
  }

  InetSocketAddress address() {
    return front.localAddress();
  }

  Tally tally() {
    long forwarded = 0;
    long lost = 0;
    long overflowed = 0;
    List<Flow> all = new ArrayList<>(flows.values());
    for (Flow flow : all) {
      for (DelayLine line : List.of(flow.up, flow.down)) {
        forwarded += line.forwarded();
        lost += line.lost();
        overflowed += line.overflowed();
      }
    }
    return new Tally(all.size(), forwarded, lost, overflowed);
  }

  @Override
  public void close() {
    closed = true;
    front.close();
    flows.values().forEach(Flow::close);
  }
}
