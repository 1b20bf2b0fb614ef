package heddle.rxrpc.protocol;

import java.nio.ByteBuffer;

/** Takes the packets of a call in order, as far as there is room, for the user to read. */
public interface Delivery {
  /** Returns how many packets find room now; it can only grow until one is delivered. */
  int freePackets();

  /** Takes the packet with the next sequence number; copies the bytes. */
  void deliver(int checksum, ByteBuffer source, int offset, int length);
}
