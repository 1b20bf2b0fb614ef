package heddle.rxrpc.testkit;

import heddle.rxrpc.testkit.SimulatedNetwork.Flight;
import heddle.rxrpc.transport.DatagramPort;
import heddle.rxrpc.transport.ReceiveBatch;
import heddle.rxrpc.transport.SendBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;

/** A port of a {@link SimulatedNetwork}, with the path that its datagrams take. Not thread-safe. */
public final class SimulatedPort implements DatagramPort {
  private final SimulatedNetwork network;
  private final InetSocketAddress localAddress;
  private final ArrayDeque<Flight> inbox = new ArrayDeque<>();
  private InetSocketAddress seenFrom;
  private LinkFaults outgoing = LinkFaults.NONE;
  private boolean cutOff;
  private boolean closed;
  private boolean anySent;
  private long lastArrivalNanos;
  private boolean everBusy;
  private long busyUntilNanos;

  SimulatedPort(SimulatedNetwork network, InetSocketAddress address) {
    this.network = network;
    this.localAddress = address;
    this.seenFrom = address;
  }

  /** Sets what happens to datagrams that this port sends from now on. */
  public void outgoing(LinkFaults faults) {
    outgoing = faults;
  }

  /** Returns what happens to datagrams that this port sends. */
  public LinkFaults outgoing() {
    return outgoing;
  }

  /** Begins or ends a time in which everything that this port sends vanishes. */
  public void cutOff(boolean now) {
    cutOff = now;
  }

  boolean isCutOff() {
    return cutOff;
  }

  /** Returns the address that peers see. */
  public InetSocketAddress seenFrom() {
    return seenFrom;
  }

  void seenFrom(InetSocketAddress address) {
    seenFrom = address;
  }

  /** Returns {@code arrivalNanos}, or later if that would overtake what was sent before. */
  long inOrder(long arrivalNanos) {
    if (!anySent || arrivalNanos - lastArrivalNanos > 0) {
      lastArrivalNanos = arrivalNanos;
      anySent = true;
    }
    return lastArrivalNanos;
  }

  /** Returns when a datagram that takes {@code nanos} to send has left. */
  long queueUntil(long nowNanos, long nanos) {
    boolean idle = !everBusy || nowNanos - busyUntilNanos > 0;
    everBusy = true;
    busyUntilNanos = (idle ? nowNanos : busyUntilNanos) + nanos;
    return busyUntilNanos;
  }

  void arrived(Flight flight) {
    inbox.add(flight);
  }

  /** Returns whether there is something to receive. */
  public boolean hasArrivals() {
    return !inbox.isEmpty();
  }

  /** Never waits: gives what is in the inbox, as far as there is room. */
  @Override
  public boolean receive(ReceiveBatch batch) {
    batch.clear();
    ByteBuffer buffer = batch.buffer();
    while (!inbox.isEmpty()
        && batch.count() < ReceiveBatch.MAX_DATAGRAMS
        && inbox.peek().length <= buffer.remaining()) {
      Flight flight = inbox.remove();
      int offset = buffer.position();
      buffer.put(flight.data, 0, flight.length);
      batch.add(offset, flight.length, Objects.requireNonNull(flight.source));
      network.recycle(flight);
    }
    return !closed;
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.count() && !closed; i++) {
      network.transmit(this, batch.destination(i), batch.datagram(i), batch.fragmentation(i));
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void close() {
    closed = true;
    inbox.forEach(network::recycle);
    inbox.clear();
    network.closed(this);
  }

  @Override
  public String toString() {
    return localAddress.toString();
  }
}
