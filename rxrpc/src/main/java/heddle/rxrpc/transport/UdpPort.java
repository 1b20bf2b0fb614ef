package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Fragmentation;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The portable port: a {@link DatagramSocket}, one datagram a system call. On a host with IPv6 a
 * wildcard port takes both families; which of our addresses a datagram came to cannot be told.
 *
 * <p>It is not a DatagramChannel, which a thread closes for everybody when it is interrupted while
 * it sends; that costs a copy of each datagram. It blocks, since a selector was measured to cost
 * half of the calls that a port can carry. The first virtual thread that sends makes it
 * non-blocking for good, which costs a receive two calls more; there is no way round it with one
 * socket. A datagram that cannot be sent is dropped and counted: the protocol sends it again, and a
 * peer that stays out of reach runs into the time-outs of its calls, unless a {@linkplain #probe
 * probe} finds that nobody listens there.
 */
final class UdpPort implements DatagramPort {
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int MAX_DATAGRAM_BYTES = 65_535;
  private static final byte[] NO_BYTES = {};

  private final DatagramSocket socket;
  private final InetSocketAddress localAddress;
  private final Optional<SocketOption<Boolean>> dontFragment;
  private final PeerProbe probe;
  private final ReentrantLock probing = new ReentrantLock(); // a run of unfragmented datagrams
  private final LongAdder unsent = new LongAdder();
  private final byte[] arrived = new byte[MAX_DATAGRAM_BYTES]; // of the receive thread

  private UdpPort(DatagramSocket socket) {
    this.socket = socket;
    this.localAddress = (InetSocketAddress) socket.getLocalSocketAddress();
    this.dontFragment = findDontFragment(socket);
    this.probe = new PeerProbe(localAddress.getAddress());
  }

  /**
   * Opens a port.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had
   */
  static UdpPort open(InetSocketAddress bindAddress) throws IOException {
    DatagramSocket socket = new DatagramSocket(null); // not bound yet
    try {
      socket.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      socket.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      socket.bind(bindAddress);
      UdpPort port = new UdpPort(socket);
      port.fragmentation(Fragmentation.ALLOWED);
      return port;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The option is not in every JDK, nor on every system, and its module may be absent. */
  @SuppressWarnings("unchecked") // as it is documented
  private static Optional<SocketOption<Boolean>> findDontFragment(DatagramSocket socket) {
    return socket.supportedOptions().stream()
        .filter(option -> option.name().equals("IP_DONTFRAGMENT"))
        .map(option -> (SocketOption<Boolean>) option)
        .findAny();
  }

  private void fragmentation(Fragmentation allowed) throws IOException {
    if (dontFragment.isPresent()) {
      socket.setOption(dontFragment.get(), allowed == Fragmentation.FORBIDDEN);
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
  public boolean reportsErrors() {
    return false;
  }

  @Override
  public ReceiveBatch newReceiveBatch() {
    return new ReceiveBatch(MAX_DATAGRAM_BYTES);
  }

  @Override
  public boolean receive(ReceiveBatch batch) throws IOException {
    batch.clear();
    DatagramPacket packet = new DatagramPacket(arrived, arrived.length);
    try {
      socket.receive(packet);
    } catch (SocketException e) {
      if (socket.isClosed()) {
        return false;
      }
      throw e;
    }
    batch.buffer().put(arrived, 0, packet.getLength());
    batch.add(0, packet.getLength(), (InetSocketAddress) packet.getSocketAddress());
    return true;
  }

  @Override
  public void send(SendBatch batch) {
    int first = 0;
    while (first < batch.count()) {
      int end = batch.endOfRun(first);
      if (batch.fragmentation(first) != Fragmentation.FORBIDDEN) {
        transmit(batch, first, end);
      } else if (dontFragment.isPresent()) {
        transmitUnfragmented(batch, first, end);
      } else {
        unsent.add(end - first);
      }
      first = end;
    }
  }

  private void transmitUnfragmented(SendBatch batch, int first, int end) {
    probing.lock();
    try {
      fragmentation(Fragmentation.FORBIDDEN);
      try {
        transmit(batch, first, end);
      } finally {
        fragmentation(Fragmentation.ALLOWED);
      }
    } catch (IOException e) {
      unsent.add(end - first); // it is closed
    } finally {
      probing.unlock();
    }
  }

  private void transmit(SendBatch batch, int first, int end) {
    DatagramPacket packet = new DatagramPacket(NO_BYTES, 0);
    for (int i = first; i < end; i++) {
      if (!transmit(batch.datagram(i), batch.destination(i), packet)) {
        unsent.increment();
      }
    }
  }

  private boolean transmit(
      ByteBuffer datagram, InetSocketAddress destination, DatagramPacket packet) {
    if (!reaches(destination)) {
      return false;
    }
    int length = datagram.remaining();
    if (packet.getData().length < length) {
      packet.setData(new byte[length]);
    }
    datagram.get(packet.getData(), 0, length);
    packet.setLength(length);
    packet.setSocketAddress(destination);
    try {
      socket.send(packet);
      return true;
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
    socket.close();
  }

  @Override
  public String toString() {
    return "portable port " + localAddress;
  }
}
