package heddle.rxrpc.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Takes and gives datagrams in batches. One thread receives; any thread sends.
 *
 * <p>Implementations: {@link UdpPort} over the JDK; a native one with segmentation offload; in
 * tests a simulated network.
 */
public interface DatagramPort extends AutoCloseable {
  /**
   * Waits for datagrams and puts them into {@code batch}, which it clears first.
   *
   * @return false once the port is closed
   * @throws IOException if this receive failed; the next one may work
   */
  boolean receive(ReceiveBatch batch) throws IOException;

  /**
   * Sends the datagrams of {@code batch} in order. Never waits: what the system has no room for is
   * dropped, as the network might, and counted.
   */
  void send(SendBatch batch);

  /** Returns the address that the port is bound to. */
  InetSocketAddress localAddress();

  /** Closes the port and ends a receive that waits. */
  @Override
  void close();
}
