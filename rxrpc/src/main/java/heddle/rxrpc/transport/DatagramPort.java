package heddle.rxrpc.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Takes and gives datagrams in batches. One thread at a time receives; any thread sends.
 *
 * <p>Implementations: {@link NativePort} over Linux's own calls, with segmentation offload; {@link
 * UdpPort} over the JDK; in tests a simulated network. {@link DatagramPorts} takes the best there
 * is.
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
   * Puts datagrams that are there already into {@code batch}, which it clears first. Never waits.
   * Nobody else may receive meanwhile.
   *
   * @return whether there were any; always false where {@link #polls} is
   * @throws IOException if this receive failed; the next one may work
   */
  default boolean poll(ReceiveBatch batch) throws IOException {
    return false;
  }

  /** Returns whether {@link #poll} can find anything. */
  default boolean polls() {
    return false;
  }

  /** Lets threads run that wait for this processor. */
  default void yieldProcessor() {}

  /**
   * Sends the datagrams of {@code batch} in order. Never waits: what the system has no room for is
   * dropped, as the network might, and counted.
   */
  void send(SendBatch batch);

  /**
   * Returns whether one large packet costs less here than several small ones in one datagram: where
   * the kernel cuts and joins segments, and its buffer holds a window of large packets.
   */
  default boolean prefersLargePackets() {
    return false;
  }

  /** Sets who is told of datagrams that did not arrive; before the first receive. */
  default void onError(NetworkErrors listener) {}

  /**
   * Finds out whether anybody listens at {@code peer}. Returns at once; a bad answer is reported as
   * an error of {@link NetworkError.Origin#PROBE} that quotes nothing.
   */
  default void probe(InetSocketAddress peer) {}

  /** Returns whether errors are reported by themselves; if not, silent peers should be probed. */
  default boolean reportsErrors() {
    return true;
  }

  /** Returns a batch of the size that this port fills best. */
  default ReceiveBatch newReceiveBatch() {
    return new ReceiveBatch(128 * 1024);
  }

  /** Returns how many datagrams the system did not take. */
  default long unsentDatagrams() {
    return 0;
  }

  /** Returns the address that the port is bound to. */
  InetSocketAddress localAddress();

  /** Closes the port and ends a receive that waits. */
  @Override
  void close();
}
