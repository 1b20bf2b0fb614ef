package heddle.rxrpc.protocol;

import java.nio.ByteBuffer;

/** Takes the packets of a call in order, as far as there is room, for the user to read. */
public interface Delivery {
  /**
   * Returns how many packets find room now. It may shrink when others need the memory; a packet is
   * taken if there is room for it when it comes.
   */
  int freePackets();

  /**
   * Returns whether there is memory for a packet of this length, which may be any.
   *
   * @param next whether it is the one that {@link #deliver} waits for
   */
  default boolean hasRoomFor(int bytes, boolean next) {
    return true;
  }

  /** So many bytes are kept ahead of a gap, until {@link #letGo}. */
  default void keep(int bytes) {}

  /** So many bytes are kept no more. */
  default void letGo(int bytes) {}

  /** Takes the packet with the next sequence number; copies the bytes. */
  void deliver(int checksum, ByteBuffer source, int offset, int length);
}
