package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.testkit.SimulatedClock;
import heddle.rxrpc.testkit.SimulatedNetwork;
import heddle.rxrpc.wire.PacketHeader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How fast calls that only send get their bytes over a path with loss, in virtual time.
 * Acknowledged bytes count, the processors are infinitely fast, the path has no limit but delay and
 * loss.
 *
 * @param rttNanos round-trip time
 * @param loss probability of loss, of data and of acknowledgements
 * @param calls calls at a time
 * @param seconds duration in virtual time
 */
record Goodput(long rttNanos, double loss, int calls, int seconds) {
  private static final int SERVICE = 1;
  private static final int CHUNK = 16 * 1024;
  private static final InetSocketAddress CLIENT = new InetSocketAddress("10.0.0.1", 7001);
  private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.2", 7000);
  private static final CallTimeouts TIMEOUTS = new CallTimeouts(0, 0, 20_000_000_000L);

  static final int DATA_BYTES = Limits.DEFAULT.packetBytes() - PacketHeader.LENGTH;

  /** Returns bytes per second that the formula of Mathis et al. gives for the path. */
  double formula() {
    return calls * 1.22 * DATA_BYTES / (rttNanos / 1e9 * Math.sqrt(loss));
  }

  /** Returns bytes per second with full windows and no loss. */
  double fullWindow() {
    return calls * Limits.DEFAULT.sendWindow() * DATA_BYTES / (rttNanos / 1e9);
  }

  /** Returns bytes per second. */
  double measure(long seed) {
    return new Run(seed).run();
  }

  private final class Run {
    final SplittableRandom random;
    final SimulatedClock clock = new SimulatedClock(0);
    final SimulatedEndpoint client;
    final SimulatedEndpoint server;
    final HostedService service;
    final SimulatedNetwork network;
    final List<CallDriver> senders = new ArrayList<>();
    final List<ByteBuffer> offered = new ArrayList<>();
    final List<CallDriver> receivers = new ArrayList<>();
    final ByteBuffer sunk = ByteBuffer.allocate(CHUNK);

    Run(long seed) {
      random = new SplittableRandom(seed);
      network = new SimulatedNetwork(clock, random.split());
      EndpointSettings settings =
          new EndpointSettings(
              Limits.DEFAULT,
              4,
              1000,
              1000,
              new EndpointSettings.Expiry(
                  120_000_000_000L, 30_000_000_000L, 1000, 600_000_000_000L));
      client = new SimulatedEndpoint(network, clock, CLIENT, settings, random.split());
      server = new SimulatedEndpoint(network, clock, SERVER, settings, random.split());
      LinkFaults link = LinkFaults.NONE.withDelay(rttNanos / 2).withLoss(loss);
      client.port().outgoing(link);
      server.port().outgoing(link);
      service =
          server.listen(
              SERVICE,
              new HostedService.Options(
                  10, 1000, 1000, HostedService.Charging.AUTOMATIC, TIMEOUTS));
      Bundle bundle = client.bundle(SERVER, SERVICE);
      for (int i = 0; i < calls; i++) {
        senders.add(client.newCall(bundle, TIMEOUTS));
        offered.add(ByteBuffer.allocate(CHUNK));
      }
    }

    double run() {
      long end = seconds * 1_000_000_000L;
      try {
        while (clock.nanoTime() < end) {
          settle();
          long next =
              Math.min(
                  network.nextArrivalNanos(), Math.min(client.fireTimers(), server.fireTimers()));
          clock.advanceTo(next);
        }
      } catch (CallEndedException e) {
        throw new AssertionError(e);
      }
      long bytes = senders.stream().mapToLong(CallDriver::bytesAcknowledged).sum();
      client.close();
      server.close();
      return bytes / (double) seconds;
    }

    private void settle() throws CallEndedException {
      network.deliverDue();
      client.receive();
      client.fireTimers();
      server.receive();
      server.fireTimers();
      CallDriver call = service.tryAccept();
      while (call != null) {
        receivers.add(call);
        call = service.tryAccept();
      }
      for (CallDriver receiver : receivers) {
        while (receiver.tryRead(sunk.clear()) > 0) {
          sunk.clear();
        }
      }
      for (int i = 0; i < senders.size(); i++) {
        ByteBuffer chunk = offered.get(i);
        while (senders.get(i).trySend(chunk, false)) {
          chunk.clear();
        }
      }
    }
  }
}
