package heddle.rxrpc.testkit;

import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.testkit.LinkFaults.Oversize;
import heddle.rxrpc.wire.PacketHeader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ports joined by paths with faults, in virtual time. Everything that happens follows from the
 * order of sends and the random generator, so a seed replays it. Not thread-safe.
 *
 * <p>A datagram waits in flight until {@link #deliverDue} finds that the clock has reached its
 * arrival; then it lies in the inbox of the port that has its destination at that moment.
 */
public final class SimulatedNetwork {
  private static final int UDP_AND_IP_BYTES = 28;
  private static final int TYPE_OFFSET = 20;
  private static final int UNKNOWN_TYPE = 0x40;
  private static final double CHECKSUM_MISSES = 0.125;
  private static final long NEVER = Long.MAX_VALUE;

  private static final int CHECKSUM_OFFSET = 24;
  private static final int DATA = 1;
  private static final int BLOCK = 8;

  private final SimulatedClock clock;
  private double tampering;
  private final RandomGenerator random;
  private final PriorityQueue<Flight> inFlight = new PriorityQueue<>();
  private final ArrayDeque<Flight> free = new ArrayDeque<>();
  private final Map<InetSocketAddress, SimulatedPort> ports = new HashMap<>();
  private @Nullable Wiretap wiretap;
  private long order;
  private long delivered;
  private long vanished;

  /**
   * Sees the datagrams; each lies between the buffer's position and limit, during the call only.
   */
  @FunctionalInterface
  public interface Wiretap {
    /** A datagram is sent; nothing has happened to it yet. */
    void sent(SimulatedPort from, InetSocketAddress destination, ByteBuffer datagram);

    /** A datagram is in the inbox of a port. */
    default void arrived(SimulatedPort at, ByteBuffer datagram) {}
  }

  /** A datagram on its way. */
  static final class Flight implements Comparable<Flight> {
    byte[] data = new byte[2048];
    int length;
    long arrivalNanos;
    long order; // decides between equal arrivals
    @Nullable InetSocketAddress source;
    @Nullable InetSocketAddress destination;

    @Override
    public int compareTo(Flight other) {
      int byTime = Long.signum(arrivalNanos - other.arrivalNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Creates a network without ports. */
  public SimulatedNetwork(SimulatedClock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Lets {@code tap} see each datagram that is sent from now on. */
  public void tap(Wiretap tap) {
    wiretap = tap;
  }

  /**
   * Lets somebody on the path change this share of the packets of data: a bit of the header's
   * checksum or of the first block of the payload, which every level above clear protects.
   */
  public void tamper(double share) {
    tampering = share;
  }

  /** Opens a port at {@code address}, in place of one that had it. */
  public SimulatedPort open(InetSocketAddress address) {
    SimulatedPort port = new SimulatedPort(this, address);
    ports.put(address, port);
    return port;
  }

  /**
   * Gives {@code port} another address as far as its peers can see, as a NAT does that has
   * forgotten it: what is sent to the old one is lost from now on.
   */
  public void rebind(SimulatedPort port, InetSocketAddress seenFrom) {
    ports.remove(port.seenFrom(), port);
    port.seenFrom(seenFrom);
    ports.put(seenFrom, port);
  }

  void closed(SimulatedPort port) {
    ports.remove(port.seenFrom(), port);
  }

  /** Takes the datagram between position and limit on its way. */
  void transmit(
      SimulatedPort from,
      InetSocketAddress destination,
      ByteBuffer datagram,
      Fragmentation fragmentation) {
    if (wiretap != null) {
      wiretap.sent(from, destination, datagram.duplicate());
    }
    LinkFaults faults = from.outgoing();
    if (from.isCutOff() || !passes(datagram.remaining(), faults, fragmentation)) {
      vanished++;
      return;
    }
    launch(from, destination, datagram, faults);
    if (chance(faults.duplicate())) {
      launch(from, destination, datagram, faults.withReorder(1));
    }
  }

  /** Draws whether a datagram, or each of its fragments, gets through. */
  private boolean passes(int bytes, LinkFaults faults, Fragmentation fragmentation) {
    int most = faults.mtuBytes() - UDP_AND_IP_BYTES;
    boolean cut =
        faults.oversize() == Oversize.FRAGMENTED && fragmentation == Fragmentation.ALLOWED;
    if (bytes > most && !cut) {
      return false;
    }
    for (int rest = bytes; rest > 0; rest -= most) {
      if (chance(faults.loss())) {
        return false;
      }
    }
    return true;
  }

  private void launch(
      SimulatedPort from, InetSocketAddress destination, ByteBuffer datagram, LinkFaults faults) {
    boolean damaged = chance(faults.corrupt());
    if (damaged && !chance(CHECKSUM_MISSES)) {
      vanished++;
      return;
    }
    Flight flight = free.isEmpty() ? new Flight() : free.pop();
    flight.length = datagram.remaining();
    if (flight.data.length < flight.length) {
      flight.data = new byte[flight.length];
    }
    datagram.get(datagram.position(), flight.data, 0, flight.length);
    if (damaged) {
      damage(flight);
    }
    if (chance(tampering)) {
      tamper(flight);
    }
    flight.source = from.seenFrom();
    flight.destination = destination;
    flight.arrivalNanos = arrival(from, flight.length, faults);
    flight.order = order++;
    inFlight.add(flight);
  }

  private long arrival(SimulatedPort from, int length, LinkFaults faults) {
    long leavesNanos = clock.nanoTime();
    if (faults.bytesPerSecond() > 0) {
      long bytes = (long) length + UDP_AND_IP_BYTES;
      leavesNanos = from.queueUntil(leavesNanos, bytes * 1_000_000_000L / faults.bytesPerSecond());
    }
    long arrivalNanos = leavesNanos + faults.delayNanos();
    if (faults.jitterNanos() > 0) {
      arrivalNanos += (long) (random.nextDouble() * faults.jitterNanos());
    }
    if (chance(faults.reorder())) {
      long spread = 3 * faults.delayNanos() + 3 * faults.jitterNanos() + 1;
      return arrivalNanos + 1 + (long) (random.nextDouble() * spread);
    }
    return from.inOrder(arrivalNanos);
  }

  /** Makes a datagram that the checksum let through one that belongs to no connection. */
  private void damage(Flight flight) {
    switch (random.nextInt(4)) {
      case 0 -> flight.data[random.nextInt(4)] ^= (byte) (1 << random.nextInt(8)); // epoch
      case 1 -> flight.data[4 + random.nextInt(3)] ^= (byte) (1 << random.nextInt(8)); // conn. ID
      case 2 -> flight.data[TYPE_OFFSET] |= UNKNOWN_TYPE;
      default -> flight.length = random.nextInt(Math.min(flight.length, PacketHeader.LENGTH));
    }
  }

  private void tamper(Flight flight) {
    boolean data = flight.length >= PacketHeader.LENGTH + BLOCK && flight.data[TYPE_OFFSET] == DATA;
    if (data) {
      boolean checksum = random.nextInt(8) == 0;
      int at =
          checksum
              ? CHECKSUM_OFFSET + random.nextInt(2)
              : PacketHeader.LENGTH + random.nextInt(BLOCK);
      flight.data[at] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Returns when the next datagram arrives, or {@link Long#MAX_VALUE}. */
  public long nextArrivalNanos() {
    Flight next = inFlight.peek();
    return next == null ? NEVER : next.arrivalNanos;
  }

  /** Puts what has arrived by now into the inboxes. */
  public void deliverDue() {
    Flight next = inFlight.peek();
    while (next != null && next.arrivalNanos - clock.nanoTime() <= 0) {
      inFlight.remove();
      SimulatedPort port = ports.get(next.destination);
      if (port == null) {
        vanished++;
        free.push(next);
      } else {
        delivered++;
        if (wiretap != null) {
          wiretap.arrived(port, ByteBuffer.wrap(next.data, 0, next.length));
        }
        port.arrived(next);
      }
      next = inFlight.peek();
    }
  }

  void recycle(Flight flight) {
    free.push(flight);
  }

  /** Returns how many datagrams have reached a port. */
  public long delivered() {
    return delivered;
  }

  /** Returns how many datagrams have not. */
  public long vanished() {
    return vanished;
  }
}
