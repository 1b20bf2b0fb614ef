package heddle.rxrpc.protocol;

import java.nio.ByteBuffer;

/** Takes the datagrams that a machine wants to have sent, in order. */
public interface DatagramSink {
  /** Returns whether a further datagram of {@code bytes} finds room. */
  boolean hasRoom(int bytes);

  /**
   * Begins a datagram. The buffer is big-endian; what is put between its position now and its
   * position at {@link #end} is the datagram.
   */
  ByteBuffer begin(int maxBytes);

  /** Ends the datagram that was begun; it may be fragmented. */
  default void end() {
    end(Fragmentation.ALLOWED);
  }

  /** Ends the datagram that was begun. */
  void end(Fragmentation fragmentation);
}
