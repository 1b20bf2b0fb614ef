package heddle.rxrpc.transport;

import heddle.rxrpc.transport.SendBatch.Fragmentation;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The portable port: a {@link DatagramChannel}, one datagram a system call. On a host with IPv6 a
 * wildcard port takes both families; which of our addresses a datagram came to cannot be told.
 *
 * <p>The channel blocks, since a selector was measured to cost half of the calls that it can carry.
 * The first virtual thread that sends makes its socket non-blocking for good, which costs a receive
 * two calls more; there is no way round it with one socket. A datagram that cannot be sent is
 * dropped and counted: the protocol sends it again, and a peer that stays out of reach runs into
 * the time-outs of its calls, unless a {@linkplain #probe probe} finds that nobody listens there.
 */
final class UdpPort implements DatagramPort {
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  private final DatagramChannel channel;
  private final InetSocketAddress localAddress;
  private final Optional<SocketOption<Boolean>> dontFragment;
  private final PeerProbe probe;
  private final ReentrantLock probing = new ReentrantLock(); // a run of unfragmented datagrams
  private final LongAdder unsent = new LongAdder();

  private UdpPort(DatagramChannel channel) throws IOException {
    this.channel = channel;
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    this.dontFragment = findDontFragment(channel);
    this.probe = new PeerProbe(localAddress.getAddress());
  }

  /**
   * Opens a port.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had
   */
  static UdpPort open(InetSocketAddress bindAddress) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.bind(bindAddress);
      UdpPort port = new UdpPort(channel);
      port.fragmentation(Fragmentation.ALLOWED);
      return port;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The option is not in every JDK, nor on every system, and its module may be absent. */
  @SuppressWarnings("unchecked") // as it is documented
  private static Optional<SocketOption<Boolean>> findDontFragment(DatagramChannel channel) {
    return channel.supportedOptions().stream()
        .filter(option -> option.name().equals("IP_DONTFRAGMENT"))
        .map(option -> (SocketOption<Boolean>) option)
        .findAny();
  }

  private void fragmentation(Fragmentation allowed) throws IOException {
    if (dontFragment.isPresent()) {
      channel.setOption(dontFragment.get(), allowed == Fragmentation.FORBIDDEN);
    }
  }

  @Override
  public void onError(NetworkErrors listener) {
    probe.onError(listener);
  }

  @Override
  public void probe(InetSocketAddress peer) {
    probe.start(peer);
  }

  @Override
  public ReceiveBatch newReceiveBatch() {
    return new ReceiveBatch(MAX_DATAGRAM_BYTES);
  }

  @Override
  public boolean receive(ReceiveBatch batch) throws IOException {
    batch.clear();
    ByteBuffer buffer = batch.buffer();
    try {
      if (channel.receive(buffer) instanceof InetSocketAddress source) {
        batch.add(0, buffer.position(), source);
      }
      return true;
    } catch (ClosedChannelException e) {
      return false;
    }
  }

  @Override
  public void send(SendBatch batch) {
    if (batch.fragmentation() == Fragmentation.ALLOWED) {
      transmit(batch);
    } else if (dontFragment.isPresent()) {
      transmitUnfragmented(batch);
    } else {
      unsent.add(batch.count());
    }
  }

  private void transmitUnfragmented(SendBatch batch) {
    probing.lock();
    try {
      fragmentation(Fragmentation.FORBIDDEN);
      try {
        transmit(batch);
      } finally {
        fragmentation(Fragmentation.ALLOWED);
      }
    } catch (IOException e) {
      unsent.add(batch.count()); // it is closed
    } finally {
      probing.unlock();
    }
  }

  private void transmit(SendBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      if (!transmit(batch.datagram(i), batch.destination(i))) {
        unsent.increment();
      }
    }
  }

  private boolean transmit(ByteBuffer datagram, InetSocketAddress destination) {
    if (!reaches(destination)) {
      return false;
    }
    try {
      int length = datagram.remaining();
      return channel.send(datagram, destination) == length;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean reaches(InetSocketAddress destination) {
    return !(localAddress.getAddress() instanceof Inet4Address)
        || destination.getAddress() instanceof Inet4Address;
  }

  @Override
  public long unsentDatagrams() {
    return unsent.sum();
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing of ours is left in the socket that could be lost by it
    }
  }

  @Override
  public String toString() {
    return "portable port " + localAddress;
  }
}
