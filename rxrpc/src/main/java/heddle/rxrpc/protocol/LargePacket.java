package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.PacketHeader;

/**
 * DATA packets of 8 or 16 KiB, instead of jumbograms of many small ones: one header, one place in
 * the window and one in the reader's ring for as many bytes. Only between endpoints of this
 * library, and only where a probe has shown that the path carries them whole.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements", for the trailer's interface MTU, which
 * others read as an upper bound. What they say there is the MTU of their interface less some
 * headers, whatever their sockets hold; so only the two numbers that this library says are
 * believed.
 */
public final class LargePacket {
  private static final int STEP = 8192; // bytes of data: what a jumbo frame has room for
  private static final int MOST = 2 * STEP; // larger ones were slower

  /**
   * Most bytes of data that are unacknowledged in a call; more than any window of small packets.
   */
  public static final int WINDOW_BYTES = 512 * 1024;

  private LargePacket() {}

  /** Returns the UDP payload of the largest one in a datagram of so many bytes; 0 if none fits. */
  static int within(int datagramBytes) {
    int data = Math.min(MOST, datagramBytes - PacketHeader.LENGTH) / STEP * STEP;
    return data > 0 ? PacketHeader.LENGTH + data : 0;
  }

  /**
   * Returns the size of large packet that a peer means which says {@code bytes}; 0 if it does not.
   */
  static int meantBy(int bytes) {
    return within(bytes) == bytes ? bytes : 0;
  }
}
