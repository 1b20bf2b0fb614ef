package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.PacketHeader;

/**
 * DATA packets of 8 or 16 KiB, instead of jumbograms of many small ones: one header, one place in
 * the window and one in the reader's ring for as many bytes. Only to peers which say that they take
 * them, and only where a probe has shown that the path carries them whole.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements" (the trailer's interface MTU says what a peer
 * takes; no other implementation says more than {@link Limits#packetBytes}).
 */
public final class LargePacket {
  private static final int STEP = 8192; // bytes of data: what a jumbo frame has room for
  private static final int MOST = 2 * STEP; // larger ones were slower

  /** Most of them that are unacknowledged in a call; memory is what bounds it. */
  public static final int WINDOW = 64;

  private LargePacket() {}

  /** Returns the UDP payload of the largest one in a datagram of so many bytes; 0 if none fits. */
  static int within(int datagramBytes) {
    int data = Math.min(MOST, datagramBytes - PacketHeader.LENGTH) / STEP * STEP;
    return data > 0 ? PacketHeader.LENGTH + data : 0;
  }
}
