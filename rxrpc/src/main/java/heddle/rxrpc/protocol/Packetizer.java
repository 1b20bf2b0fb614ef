package heddle.rxrpc.protocol;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * <p><b>Sealing.</b> Where a security class protects the packets, a packet is sealed once, when it
 * is whole. That takes time, so the writer does it in places which nobody else looks at, without
 * the call's lock: it {@linkplain #reserve reserves} them, {@linkplain #fill fills} them, and
 * {@linkplain #publish publishes} them. In between nothing is cut anew.
 *
 * <p><b>Memory.</b> Packets live in a ring that grows with what is in use and is reused, so a long
 * transfer allocates one window's worth once.
 */
final class Packetizer {
  static final int FIRST_SEQ = 1;
  private static final TxPacket[] NO_PACKETS = {};
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private int limit;
  private final int firstSeq;
  private TxPacket[] ring = NO_PACKETS;
  private int base;
  private int queuedTop;
  private int packetBytes = 1;
  private int firstPacketBytes = Integer.MAX_VALUE;
  private ByteBuffer spilled = NO_BYTES;
  private boolean ended; // the user writes nothing more
  private boolean lastCut;
  private @Nullable CallSecurity security; // null: packets go as they are
  private @Nullable SecurityViolationException failure;
  private boolean filling; // the writer is at work beyond queuedTop
  private TxPacket[] places = NO_PACKETS; // of the writer
  private int filledTop; // likewise
  private int fillEnd; // likewise

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

  /** Seals the packets from now on; nothing was written yet. */
  void secure(CallSecurity by) {
    security = by;
  }

  /** Returns why packets could not be sealed, or null if all is well. */
  @Nullable SecurityViolationException failure() {
    return failure;
  }

  /** Returns the most packets kept. */
  int limit() {
    return limit;
  }

  /** Sets the most packets kept from now on; those that are there stay. */
  void limit(int packets) {
    limit = packets;
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
    if (security != null) {
      cutSealed(source);
      return;
    }
    while (source.hasRemaining() && queuedTop - base < limit) {
      TxPacket packet = packetToFill();
      int most = bytesOf(queuedTop);
      if (packet.length >= most) {
        queuedTop++; // full, and more follows: it is not the last
        continue;
      }
      int count = Math.min(source.remaining(), most - packet.length);
      packet.ensure(roomFor(queuedTop, packet.length + count));
      source.get(packet.data, packet.length, count);
      packet.length += count;
    }
  }

  private void cutSealed(ByteBuffer source) {
    if (failure == null && source.hasRemaining() && queuedTop - base < limit) {
      startFilling(source.remaining());
      try {
        fill(source, false);
      } catch (SecurityViolationException e) {
        failure = e;
      }
      publish();
    }
  }

  /**
   * Reserves places for so many bytes, as far as there is room. Until {@link #publish} nobody else
   * touches what is beyond {@link #queuedTop}.
   *
   * @return false if there is no room at all
   */
  boolean reserve(int bytes) {
    if (!hasRoom()) {
      return false;
    }
    startFilling(bytes);
    return true;
  }

  private void startFilling(int bytes) {
    int most = bytes / Math.min(packetBytes, firstPacketBytes) + 2;
    fillEnd = queuedTop + Math.min(most, limit - (queuedTop - base));
    while (fillEnd - base > ring.length) {
      grow();
    }
    places = ring;
    filledTop = queuedTop;
    filling = true;
  }

  boolean isFilling() {
    return filling;
  }

  /**
   * Moves bytes of {@code source} into the places that are reserved, and seals each that is full.
   * Only by the writer; without the call's lock.
   *
   * @param last whether nothing is written after this
   */
  void fill(ByteBuffer source, boolean last) throws SecurityViolationException {
    CallSecurity by = Objects.requireNonNull(security);
    while (source.hasRemaining() && filledTop != fillEnd) {
      TxPacket packet = places[filledTop & places.length - 1];
      if (packet.sealed) {
        filledTop++; // full, and more follows: it is not the last
      } else {
        fill(packet, source, last, by);
      }
    }
    if (last && !source.hasRemaining()) {
      TxPacket packet = places[filledTop & places.length - 1];
      if (!packet.sealed) {
        sealEnd(packet, filledTop, by);
      }
    }
  }

  private void fill(TxPacket packet, ByteBuffer source, boolean last, CallSecurity by)
      throws SecurityViolationException {
    int most = bytesOf(filledTop);
    int have = packet.userBytes();
    int count = Math.max(0, Math.min(source.remaining(), most - have));
    boolean whole = have + count >= most || (last && count == source.remaining());
    packet.ensure(by.payloadBytes(roomFor(filledTop, have + count)));
    if (have == 0 && whole) {
      packet.seal(by, filledTop, source, count);
    } else {
      packet.add(source, count, by.headerBytes());
      if (whole) {
        packet.seal(by, filledTop);
      }
    }
  }

  private static void sealEnd(TxPacket packet, int seq, CallSecurity by)
      throws SecurityViolationException {
    packet.ensure(by.payloadBytes(packet.userBytes()));
    packet.seal(by, seq);
  }

  /** What was filled may be sent. */
  void publish() {
    if (filling) {
      filling = false;
      queuedTop = filledTop;
    }
  }

  /**
   * A small first packet gets exactly what it needs; those of a stream soon get their full size.
   */
  private int roomFor(int seq, int bytes) {
    int little = packetBytes / 4;
    if (bytes > little) {
      return packetBytes;
    }
    return seq == firstSeq ? bytes : little;
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
      TxPacket packet = packetToFill();
      if (security != null && !packet.sealed) {
        sealAtEnd(packet, security);
      }
      packet.last = true;
      queuedTop++;
      lastCut = true;
    }
  }

  private void sealAtEnd(TxPacket packet, CallSecurity by) {
    try {
      sealEnd(packet, queuedTop, by);
    } catch (SecurityViolationException e) {
      failure = e;
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
    int length = oldLength == 0 ? 1 : oldLength * 4;
    layOut(oldLength < enough() ? Math.min(enough(), length) : oldLength * 2);
  }

  /** Returns the length of a ring that holds as many packets as are kept; a power of two. */
  private int enough() {
    return Integer.highestOneBit(2 * limit - 1);
  }

  private void layOut(int length) {
    TxPacket[] other = new TxPacket[length];
    int kept = Math.min(length, ring.length);
    for (int i = 0; i < kept; i++) {
      int seq = base + i;
      other[seq & length - 1] = ring[seq & ring.length - 1];
    }
    for (int i = 0; i < length; i++) {
      if (other[i] == null) {
        other[i] = new TxPacket();
      }
    }
    ring = other;
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
    int bytes = packet.userBytes();
    packet.recycle();
    base++;
    if (ring.length > enough() && queuedTop - base < enough() && !filling) {
      layOut(enough()); // each place would come to hold a packet
    }
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
      if (packet(seq).userBytes() > packetBytes) {
        return true;
      }
    }
    return beingFilled() > packetBytes;
  }

  private int beingFilled() {
    return !lastCut && queuedTop - base < ring.length ? packet(queuedTop).userBytes() : 0;
  }

  /** Cuts the packets from {@code first} on again, to the size that holds now. */
  void recut(int first) {
    int filling = beingFilled();
    int end = filling > 0 ? queuedTop + 1 : queuedTop;
    int bytes = spilled.remaining();
    for (int seq = first; seq != end; seq++) {
      bytes += packet(seq).userBytes();
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (int seq = first; seq != end; seq++) {
      TxPacket packet = packet(seq);
      all.put(packet.data, unsealed(packet, seq), packet.userBytes());
      packet.recycle();
    }
    all.put(spilled).flip();
    queuedTop = first;
    lastCut = false;
    spilled = all;
    cut(spilled);
    cutLast();
  }

  /** Opens what is sealed; returns where the user's data begins. */
  private int unsealed(TxPacket packet, int seq) {
    CallSecurity by = security;
    if (by == null) {
      return 0;
    }
    if (packet.sealed && packet.userBytes() > 0) {
      try {
        by.open(seq, packet.checksum, packet.data, packet.length);
      } catch (SecurityViolationException e) {
        failure = e; // what was taken for data is never sent
      }
    }
    return by.headerBytes();
  }

  /** Gives the memory back; the phase is over. */
  void release() {
    ring = NO_PACKETS;
    base = queuedTop;
    spilled = NO_BYTES;
    ended = true;
    lastCut = true;
    filling = false; // the writer, if there is one, fills what nobody will look at
  }
}
