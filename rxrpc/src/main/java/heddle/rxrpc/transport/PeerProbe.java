package heddle.rxrpc.transport;

import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Semaphore;

/**
 * Finds out whether anybody listens at a peer's port, where the system tells only connected sockets
 * of ICMP errors, or has told too little: connects one, asks for the peer's version, which every Rx
 * implementation answers, and waits a moment for the answer or the error.
 */
final class PeerProbe {
  private static final int MOST_AT_ONCE = 32;
  private static final int WAIT_MILLIS = 1_000;
  private static final int ANSWER_BYTES = PacketHeader.LENGTH + 65;

  private final InetAddress localAddress;
  private final Semaphore permits = new Semaphore(MOST_AT_ONCE);
  private volatile NetworkErrors errors = NetworkErrors.IGNORED;

  /**
   * Creates a probe that sends from {@code localAddress}.
   *
   * @param localAddress the wildcard for any
   */
  PeerProbe(InetAddress localAddress) {
    this.localAddress = localAddress;
  }

  void onError(NetworkErrors listener) {
    errors = listener;
  }

  /** Begins to probe, unless too many probes are under way. */
  void start(InetSocketAddress peer) {
    if (permits.tryAcquire()) {
      Thread.ofVirtual().name("rx-probe-" + peer.getPort()).start(() -> run(peer));
    }
  }

  private void run(InetSocketAddress peer) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(localAddress, 0)).connect(peer);
      channel.write(question());
      channel.socket().setSoTimeout(WAIT_MILLIS);
      channel.socket().receive(new DatagramPacket(new byte[ANSWER_BYTES], ANSWER_BYTES));
    } catch (SocketTimeoutException e) {
      // nobody says anything: there may be nobody, or not even a host
    } catch (PortUnreachableException e) {
      report(NetworkError.Kind.PORT_UNREACHABLE, peer);
    } catch (NoRouteToHostException e) {
      report(NetworkError.Kind.HOST_UNREACHABLE, peer);
    } catch (IOException | RuntimeException e) {
      report(NetworkError.Kind.OTHER, peer);
    } finally {
      permits.release();
    }
  }

  private static ByteBuffer question() {
    ByteBuffer out = ByteBuffer.allocate(PacketHeader.LENGTH + 1);
    int anyEpoch = (int) System.nanoTime();
    new PacketHeader(
            anyEpoch, 0, 0, 0, 0, PacketType.VERSION, PacketFlags.CLIENT_INITIATED, 0, 0, 0, 0)
        .encode(out);
    return out.put((byte) 0).flip();
  }

  private void report(NetworkError.Kind kind, InetSocketAddress peer) {
    errors.onError(
        new NetworkError(
            kind, NetworkError.Origin.PROBE, 0, 0, peer, SendBatch.ANY_ADDRESS, new byte[0]));
  }
}
