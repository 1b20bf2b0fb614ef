package heddle.rxrpc.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * The portable port: a {@link DatagramChannel}, one datagram a system call.
 *
 * <p>A datagram that cannot be sent is dropped and counted: the protocol sends it again, and a peer
 * that stays out of reach runs into the time-outs of its calls.
 */
final class UdpPort implements DatagramPort {
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final InetSocketAddress localAddress;
  private final LongAdder unsent = new LongAdder();

  private UdpPort(DatagramChannel channel) throws IOException {
    this.channel = channel;
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
  }

  static UdpPort open(InetSocketAddress bindAddress) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.bind(bindAddress);
      return new UdpPort(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
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
    for (int i = 0; i < batch.count(); i++) {
      try {
        ByteBuffer datagram = batch.datagram(i);
        channel.send(datagram, batch.destination(i));
        if (datagram.hasRemaining()) {
          unsent.increment();
        }
      } catch (IOException e) {
        unsent.increment();
      }
    }
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
}
