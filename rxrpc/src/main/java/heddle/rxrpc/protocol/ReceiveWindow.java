package heddle.rxrpc.protocol;

import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.PacketFlags;
import java.nio.ByteBuffer;

/**
 * Puts the packets of the receiving phase in order and hands them on.
 *
 * <p>Packets in order go to the {@link Delivery} at once and count as hard-acknowledged: they are
 * ours and are never dropped. Packets ahead of a gap are kept here and soft-acknowledged. The
 * window that the peer is told is what the delivery has free, so a slow reader slows the peer. The
 * delivery should take more than one window: then a burst that fills the window does not close it,
 * as long as the reader comes before the next.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; RFC 9293, 3.8.6 for the window that never
 * moves back.
 */
final class ReceiveWindow {
  /** What became of a DATA packet. */
  enum Outcome {
    IN_ORDER,
    AHEAD_OF_GAP,
    DUPLICATE,
    BEYOND_WINDOW,
    BEYOND_LAST,
    LAST_MOVED,
    LAST_TOO_EARLY
  }

  private final int limit;
  private final Delivery delivery;
  private Held[] held = {}; // packets ahead of a gap, by sequence number
  private int heldCount;
  private int heldBytes;
  private final int firstSeq;
  private int next; // lowest sequence number not received
  private int top; // one beyond the highest received
  private boolean lastKnown;
  private int last;

  private record Held(int seq, int checksum, byte[] data) {}

  ReceiveWindow(Limits limits, Delivery delivery, int firstSeq) {
    this.limit = limits.receiveWindow();
    this.delivery = delivery;
    this.firstSeq = firstSeq;
    this.next = firstSeq;
    this.top = firstSeq;
  }

  Outcome accept(DataPacket packet) {
    int seq = packet.header().seq();
    boolean claimsLast = packet.header().has(PacketFlags.LAST_PACKET);
    if (lastKnown && seq - last > 0) {
      return Outcome.BEYOND_LAST;
    }
    if (claimsLast && lastKnown && seq != last) {
      return Outcome.LAST_MOVED;
    }
    if (claimsLast && !lastKnown && top - seq > 1) {
      return Outcome.LAST_TOO_EARLY;
    }
    if (seq - next < 0) {
      return Outcome.DUPLICATE;
    }
    if (seq - next >= free() || !delivery.hasRoomFor(packet.length(), seq == next)) {
      return Outcome.BEYOND_WINDOW;
    }
    Outcome outcome = seq == next ? deliver(packet) : hold(packet, seq);
    if (claimsLast) {
      lastKnown = true;
      last = seq;
    }
    if (seq - top >= 0) {
      top = seq + 1;
    }
    return outcome;
  }

  private Outcome deliver(DataPacket packet) {
    delivery.deliver(
        packet.header().checksum(), packet.datagram(), packet.offset(), packet.length());
    next++;
    while (heldCount > 0) {
      Held following = held[next & held.length - 1];
      if (following == null || following.seq != next) {
        break;
      }
      held[next & held.length - 1] = null;
      heldCount--;
      letGo(following.data.length);
      delivery.deliver(
          following.checksum, ByteBuffer.wrap(following.data), 0, following.data.length);
      next++;
    }
    return Outcome.IN_ORDER;
  }

  private Outcome hold(DataPacket packet, int seq) {
    if (held.length == 0) {
      held = new Held[256];
    }
    int index = seq & held.length - 1;
    if (held[index] != null) {
      return Outcome.DUPLICATE;
    }
    byte[] data = new byte[packet.length()];
    packet.copyTo(data, 0);
    held[index] = new Held(seq, packet.header().checksum(), data);
    heldCount++;
    heldBytes += data.length;
    delivery.keep(data.length);
    return Outcome.AHEAD_OF_GAP;
  }

  private void letGo(int bytes) {
    heldBytes -= bytes;
    delivery.letGo(bytes);
  }

  /** Returns whether every packet of the phase is there. */
  boolean complete() {
    return lastKnown && next - last > 0;
  }

  boolean nothingReceived() {
    return top == firstSeq;
  }

  boolean hasGap() {
    return heldCount > 0;
  }

  /** Returns how many packets are there without a gap, as an unsigned number. */
  int count() {
    return next - firstSeq;
  }

  /** Returns the lowest sequence number not received: all before it are hard-acknowledged. */
  int next() {
    return next;
  }

  /** Returns the highest sequence number received, 0 before the first. */
  int highest() {
    return top - 1;
  }

  /** Returns how many packets from {@link #next} on the peer may send. */
  int free() {
    return Math.min(limit, delivery.freePackets());
  }

  /** Returns the first sequence number that the peer may not send. */
  int end() {
    return next + free();
  }

  /** Returns how many soft acknowledgements there are, negative ones included. */
  int softAckCount() {
    return heldCount == 0 ? 0 : Math.min(top - next, 255);
  }

  /**
   * Writes the soft acknowledgements from {@link #next} on, one byte a packet.
   *
   * @return how many there are
   */
  int softAcks(byte[] table) {
    int count = softAckCount();
    for (int i = 0; i < count; i++) {
      Held packet = held[next + i & held.length - 1];
      table[i] = (byte) (packet != null && packet.seq == next + i ? 1 : 0);
    }
    return count;
  }

  CallSnapshot.Receiving snapshot(int unread, int lastSerial, CallTraffic traffic) {
    return new CallSnapshot.Receiving(
        next,
        highest(),
        heldCount,
        unread,
        free(),
        lastSerial,
        traffic.dataReceived(),
        traffic.duplicates(),
        traffic.bytesReceived());
  }

  void release() {
    held = new Held[0];
    heldCount = 0;
    letGo(heldBytes);
  }

  @Override
  public String toString() {
    return "ReceiveWindow["
        + Integer.toUnsignedString(next)
        + " top="
        + Integer.toUnsignedString(top)
        + " held="
        + heldCount
        + (lastKnown ? " last=" + Integer.toUnsignedString(last) : "")
        + " free="
        + free()
        + "]";
  }
}
