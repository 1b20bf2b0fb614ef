package heddle.rxrpc.protocol;

import java.nio.ByteBuffer;

/**
 * Cuts the bytes of a phase into packets, and keeps these until they are dropped.
 *
 * <p><b>Sequence numbers.</b> {@code base <= queuedTop}: packets before {@code base} are forgotten,
 * those before {@code queuedTop} are cut; the one at {@code queuedTop} is being filled. They are
 * compared by subtraction, for they wrap.
 *
 * <p><b>Cut anew.</b> When packets get smaller, those that nobody has seen are cut again. They may
 * be more than there is room for; the bytes that are left over are spilled: they come before
 * anything that the user writes after that.
 *
 * <p><b>Memory.</b> Packets live in a ring that grows with what is in use and is reused, so a long
 * transfer allocates one window's worth once.
 */
final class Packetizer {
  static final int FIRST_SEQ = 1;
  private static final int MAX_RING = 256;
  private static final TxPacket[] NO_PACKETS = {};
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final int limit;
  private final int firstSeq;
  private TxPacket[] ring = NO_PACKETS;
  private int base;
  private int queuedTop;
  private int packetBytes = 1;
  private int firstPacketBytes = Integer.MAX_VALUE;
  private ByteBuffer spilled = NO_BYTES;
  private boolean ended; // the user writes nothing more
  private boolean lastCut;

  /**
   * Creates it empty.
   *
   * @param limit most packets kept
   * @param firstSeq sequence number of the first packet
   */
  Packetizer(int limit, int firstSeq) {
    this.limit = limit;
    this.firstSeq = firstSeq;
    this.base = firstSeq;
    this.queuedTop = firstSeq;
  }

  /** Sets the bytes of user data of packets that are begun from now on. */
  void packetBytes(int bytes) {
    packetBytes = Math.max(1, bytes);
  }

  /** Sets the most bytes of user data of the first packet. */
  void firstPacketBytes(int bytes) {
    firstPacketBytes = Math.max(1, bytes);
  }

  private int bytesOf(int seq) {
    return seq == firstSeq ? Math.min(packetBytes, firstPacketBytes) : packetBytes;
  }

  /** Takes bytes of {@code source} as far as there is room; returns how many. */
  int write(ByteBuffer source) {
    int before = source.remaining();
    if (hasRoom()) {
      cut(source);
    }
    return before - source.remaining();
  }

  private void cut(ByteBuffer source) {
    while (source.hasRemaining() && queuedTop - base < limit) {
      TxPacket packet = packetToFill();
      int most = bytesOf(queuedTop);
      if (packet.length >= most) {
        queuedTop++; // full, and more follows: it is not the last
        continue;
      }
      int count = Math.min(source.remaining(), most - packet.length);
      packet.ensure(roomFor(packet.length + count));
      source.get(packet.data, packet.length, count);
      packet.length += count;
    }
  }

  /** Small packets get exactly what they need; a packet of a stream gets its full size at once. */
  private int roomFor(int bytes) {
    return queuedTop == firstSeq && bytes <= packetBytes / 4 ? bytes : packetBytes;
  }

  /** Returns how many further packets could be begun. */
  int roomPackets() {
    return hasRoom() ? limit - (queuedTop - base) : 0;
  }

  /** Returns whether {@link #write} would take a byte. */
  boolean hasRoom() {
    return !ended && !spilled.hasRemaining() && queuedTop - base < limit;
  }

  /** The user writes nothing more: makes the packet being filled the last one. */
  void end() {
    ended = true;
    cutLast();
  }

  private void cutLast() {
    if (ended && !lastCut && !spilled.hasRemaining()) {
      packetToFill().last = true;
      queuedTop++;
      lastCut = true;
    }
  }

  boolean ended() {
    return ended;
  }

  /** Returns whether the last packet of the phase is cut. */
  boolean isWhole() {
    return lastCut;
  }

  private TxPacket packetToFill() {
    if (queuedTop - base >= ring.length) {
      grow();
    }
    return packet(queuedTop);
  }

  private void grow() {
    int oldLength = ring.length;
    TxPacket[] larger = new TxPacket[oldLength == 0 ? 1 : Math.min(MAX_RING, oldLength * 4)];
    for (int i = 0; i < oldLength; i++) {
      int seq = base + i;
      larger[seq & larger.length - 1] = ring[seq & oldLength - 1];
    }
    for (int i = 0; i < larger.length; i++) {
      if (larger[i] == null) {
        larger[i] = new TxPacket();
      }
    }
    ring = larger;
  }

  TxPacket packet(int seq) {
    return ring[seq & ring.length - 1];
  }

  int firstSeq() {
    return firstSeq;
  }

  int base() {
    return base;
  }

  int queuedTop() {
    return queuedTop;
  }

  /** Forgets the packet at {@link #base}; returns how many bytes it had. */
  int drop() {
    TxPacket packet = packet(base);
    int bytes = packet.length;
    packet.recycle();
    base++;
    if (spilled.hasRemaining()) {
      cut(spilled);
    }
    if (ended && !lastCut && queuedTop - base < limit) {
      cutLast();
    }
    return bytes;
  }

  /** Returns whether a packet from {@code first} on is longer than packets are to be now. */
  boolean anyTooLong(int first) {
    for (int seq = first; seq != queuedTop; seq++) {
      if (packet(seq).length > packetBytes) {
        return true;
      }
    }
    return beingFilled() > packetBytes;
  }

  private int beingFilled() {
    return !lastCut && queuedTop - base < ring.length ? packet(queuedTop).length : 0;
  }

  /** Cuts the packets from {@code first} on again, to the size that holds now. */
  void recut(int first) {
    int filling = beingFilled();
    int end = filling > 0 ? queuedTop + 1 : queuedTop;
    int bytes = spilled.remaining();
    for (int seq = first; seq != end; seq++) {
      bytes += packet(seq).length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (int seq = first; seq != end; seq++) {
      all.put(packet(seq).data, 0, packet(seq).length);
      packet(seq).recycle();
    }
    all.put(spilled).flip();
    queuedTop = first;
    lastCut = false;
    spilled = all;
    cut(spilled);
    cutLast();
  }

  /** Gives the memory back; the phase is over. */
  void release() {
    ring = NO_PACKETS;
    base = queuedTop;
    spilled = NO_BYTES;
    ended = true;
    lastCut = true;
  }
}
