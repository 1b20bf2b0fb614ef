package heddle.rxrpc.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Where datagrams go: the address as the kernel wants it, and what the way there allows. */
final class Destination {
  private static final int ANY_SIZE = 0xffff;
  private static final int SMALL = 576; // every path carries this much

  private final InetSocketAddress address;
  private final long[] words = new long[4]; // the sockaddr
  private final int nameBytes;
  private volatile int segmentLimit = ANY_SIZE;

  Destination(InetSocketAddress address, int family) {
    this.address = address;
    ByteBuffer name = SocketAddresses.newBuffer();
    nameBytes = SocketAddresses.encode(address, family, name, 0);
    for (int i = 0; i < words.length; i++) {
      words[i] = name.getLong(i * Long.BYTES);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  int nameBytes() {
    return nameBytes;
  }

  void writeName(ByteBuffer out, int at) {
    out.putLong(at, words[0]).putLong(at + 8, words[1]);
    out.putLong(at + 16, words[2]).putLong(at + 24, words[3]);
  }

  /** Returns whether the kernel may be asked to cut segments of this size. */
  boolean segments(int bytes) {
    return bytes <= segmentLimit;
  }

  /**
   * Learns that the kernel refused to cut segments of {@code bytes}: the way there does not do it
   * at all, or, where the packet is {@code tooLong}, only not for this size.
   */
  void refuseSegments(int bytes, boolean tooLong) {
    segmentLimit = tooLong && bytes > SMALL ? bytes - 1 : 0;
  }
}
