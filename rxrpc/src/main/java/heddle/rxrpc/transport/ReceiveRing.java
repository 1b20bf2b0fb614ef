package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Delivery;
import heddle.rxrpc.protocol.LargePacket;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Packets in order on their way from the receive thread to the reader, without a lock.
 *
 * <p><b>Threads.</b> One producer: whoever holds the call's core lock. One consumer: whoever holds
 * the call's user mutex. The producer publishes a packet by a release of {@code produced}, the
 * consumer gives its place back by a release of {@code consumed}.
 *
 * <p><b>Opening.</b> Where a security class protects the packets, they lie here as they came, until
 * the consumer comes to them: it opens each in its place, which is private to the call, before it
 * hands out a byte.
 *
 * <p><b>Lent.</b> A packet that needs not be opened may stay in the memory that it was received
 * into until it is read: see {@link Lender}. Others are copied.
 *
 * <p><b>Memory.</b> The places keep their byte arrays and are used again, so a long transfer
 * allocates one window's worth. A ring begins small and continues in a larger one when it is full;
 * the consumer follows when it has emptied the smaller.
 */
final class ReceiveRing implements Delivery {
  private static final int FIRST_SEQ = 1;
  private static final int FIRST_CAPACITY = 2;
  private static final int GROWTH = 8;
  private static final int MAX_CAPACITY = 512;
  private static final long MOST_BYTES = 4L * LargePacket.WINDOW_BYTES; // that wait for the reader
  private static final VarHandle PRODUCED;
  private static final VarHandle CONSUMED;
  private static final VarHandle TAKEN;
  private static final VarHandle ARRAYS;
  private static final VarHandle PRODUCED_BYTES;
  private static final VarHandle CONSUMED_BYTES;
  private static final VarHandle LARGEST;
  private static final byte[] NO_BYTES = {};

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PRODUCED = lookup.findVarHandle(ReceiveRing.class, "produced", int.class);
      LARGEST = lookup.findVarHandle(ReceiveRing.class, "largest", int.class);
      ARRAYS = lookup.findVarHandle(ReceiveRing.class, "arrays", int.class);
      TAKEN = lookup.findVarHandle(ReceiveRing.class, "taken", long.class);
      CONSUMED = lookup.findVarHandle(ReceiveRing.class, "consumed", int.class);
      PRODUCED_BYTES = lookup.findVarHandle(ReceiveRing.class, "producedBytes", long.class);
      CONSUMED_BYTES = lookup.findVarHandle(ReceiveRing.class, "consumedBytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final class Place {
    byte[] data = NO_BYTES;
    @Nullable ReceiveSlab slab; // where the packet lies, if not in data
    int offset; // there
    int length;
    int received; // bytes, before it was opened
    int checksum;

    void moveTo(ByteBuffer target, int position, int count) {
      ReceiveSlab lent = slab;
      if (lent == null) {
        target.put(data, position, count);
      } else {
        target.put(target.position(), lent.all(), offset + position, count);
        target.position(target.position() + count);
      }
    }
  }

  /** One generation of the ring. {@code next} is set before anything is published in it. */
  private static final class Places {
    final Place[] places;
    final int start; // index of the first packet that lies here
    @Nullable Places next;

    Places(int capacity, int start) {
      this.places = new Place[capacity];
      this.start = start;
    }

    Place at(int index) {
      int i = index & places.length - 1;
      if (places[i] == null) {
        places[i] = new Place();
      }
      return places[i];
    }
  }

  private static final Places NOTHING = new Places(0, 0); // of which nobody reads anything

  private final int maxPackets;
  private final ReceiveBudget budget;
  private final Lender lender;

  @SuppressWarnings("unused") // by VarHandle
  private volatile long taken; // bytes of the budget

  @SuppressWarnings("unused") // by VarHandle
  private volatile int arrays; // places that have memory

  private int kept; // bytes ahead of a gap; of the producer

  private int largest = ReceiveBudget.PACKET_BYTES; // that came, and at least this

  @SuppressWarnings("unused") // by VarHandle
  private volatile int produced;

  @SuppressWarnings("unused") // by VarHandle
  private volatile int consumed;

  @SuppressWarnings("unused") // by VarHandle
  private long producedBytes;

  @SuppressWarnings("unused") // by VarHandle
  private long consumedBytes;

  private Places producing;
  private Places consuming;
  private int position; // of the consumer, in the packet being read
  private boolean opened; // by the consumer: the packet being read
  private volatile @Nullable CallSecurity security; // null: packets come as they are
  private @Nullable SecurityViolationException violation; // of the consumer

  /**
   * Creates an empty ring.
   *
   * @param maxPackets how many packets may wait for the reader
   * @param budget what the memory is taken from
   * @param lender of memory that packets may stay in
   */
  ReceiveRing(int maxPackets, ReceiveBudget budget, Lender lender) {
    this.lender = lender;
    this.maxPackets = maxPackets;
    this.budget = budget;
    producing = new Places(FIRST_CAPACITY, 0);
    consuming = producing;
  }

  /** From now on packets are opened before a byte of them is read; none was read yet. */
  void secure(CallSecurity by) {
    security = by;
  }

  // ---- producer

  @Override
  public int freePackets() {
    int unread = unread();
    int bytes = (int) LARGEST.getOpaque(this);
    long freeBytes = Math.max(0, MOST_BYTES - unreadBytes());
    int room = (int) Math.min(maxPackets - unread, freeBytes / bytes);
    int own = Math.max(0, arrays - unread); // memory that waits to be used again
    int most = own + budget.share(bytes);
    return Math.min(room, unread == 0 ? Math.max(1, most) : most);
  }

  @Override
  public boolean hasRoomFor(int bytes, boolean next) {
    return bytes <= ReceiveBudget.PACKET_BYTES
        || budget.share(bytes) > 0
        || (unread() == 0 && (next || kept == 0)); // what is kept waits for the next
  }

  @Override
  public void keep(int bytes) {
    kept += bytes;
    take(bytes);
  }

  @Override
  public void letGo(int bytes) {
    kept -= bytes;
    giveBack(bytes);
  }

  private void take(long bytes) {
    TAKEN.getAndAdd(this, bytes);
    budget.take(bytes);
  }

  /** Gives back so much, unless {@link #release} has done that already. */
  private void giveBack(long bytes) {
    long before = taken;
    while (before >= bytes) {
      if (TAKEN.compareAndSet(this, before, before - bytes)) {
        budget.giveBack(bytes);
        return;
      }
      before = taken;
    }
  }

  /** Nobody will need the memory any more: no packet comes, and none will be read. */
  void release() {
    budget.giveBack((long) TAKEN.getAndSet(this, 0L));
  }

  /**
   * The consumer has come to the end, and the producer has as well: nothing is needed any more.
   * Only by the consumer.
   */
  void end() {
    if (taken > 0) {
      consuming = NOTHING;
      producing = NOTHING;
      release();
    }
  }

  @Override
  public void deliver(int checksum, ByteBuffer source, int offset, int length) {
    int index = (int) PRODUCED.getOpaque(this);
    int consumedHere = Math.max((int) CONSUMED.getAcquire(this) - producing.start, 0);
    int used = index - producing.start - consumedHere;
    if (used >= producing.places.length) {
      Places larger = new Places(Math.min(MAX_CAPACITY, producing.places.length * GROWTH), index);
      producing.next = larger;
      producing = larger;
    }
    Place place = producing.at(index);
    place.slab = security == null ? lender.lend(source) : null;
    place.offset = offset;
    place.length = length;
    place.received = length;
    place.checksum = checksum;
    if (length > largest) {
      LARGEST.setOpaque(this, length);
    }
    PRODUCED_BYTES.setOpaque(this, (long) PRODUCED_BYTES.getOpaque(this) + length);
    if (place.slab == null) {
      copy(source, offset, length, place);
    }
    PRODUCED.setRelease(this, index + 1);
  }

  private void copy(ByteBuffer source, int offset, int length, Place place) {
    if (place.data.length < length) {
      if (place.data.length == 0) {
        ARRAYS.getAndAdd(this, 1);
      }
      take(length - place.data.length);
      place.data = new byte[length];
    }
    source.get(offset, place.data, 0, length);
  }

  // ---- consumer

  /** Returns the sequence number of the next packet to come, the first one's being 1. */
  int nextSeq() {
    return 1 + (int) PRODUCED.getAcquire(this);
  }

  /**
   * Returns whether there is a packet to read; if so it is the one that {@link #read} takes from.
   */
  boolean available() {
    return (int) PRODUCED.getAcquire(this) != (int) CONSUMED.getOpaque(this);
  }

  /** Returns how many packets wait for the reader; a little late for all but the producer. */
  int unread() {
    return (int) PRODUCED.getAcquire(this) - (int) CONSUMED.getAcquire(this);
  }

  /** Returns whether memory is short: what waits should be read soon. */
  boolean isShort() {
    return budget.isShort();
  }

  /** Returns how many bytes wait for the reader, as they came; never less than it could read. */
  long unreadBytes() {
    PRODUCED.getAcquire(this);
    return (long) PRODUCED_BYTES.getOpaque(this) - (long) CONSUMED_BYTES.getOpaque(this);
  }

  /** Moves bytes to {@code target} as far as there are any and room; returns how many. */
  int read(ByteBuffer target) {
    CallSecurity by = security;
    int total = 0;
    ReceiveSlab lent = null; // what was read of it is not given back yet
    int read = 0;
    int index = (int) CONSUMED.getOpaque(this);
    int end = (int) PRODUCED.getAcquire(this);
    try {
      while (index != end && target.hasRemaining()) {
        Place place = placeAt(index);
        if (by != null && !opened && !open(place, index, by)) {
          break;
        }
        int count = Math.min(target.remaining(), place.length - position);
        place.moveTo(target, position, count);
        position += count;
        total += count;
        if (position == place.length) {
          position = 0;
          opened = false;
          index++;
          if (place.slab != lent) {
            giveBack(lent, read);
            lent = place.slab;
            read = 0;
          }
          read++;
          place.slab = null;
          if (place.data.length > 0 && budget.isShort()) {
            giveBack(place.data.length);
            place.data = NO_BYTES;
            ARRAYS.getAndAdd(this, -1);
          }
          CONSUMED_BYTES.setOpaque(this, (long) CONSUMED_BYTES.getOpaque(this) + place.received);
          CONSUMED.setRelease(this, index);
        }
      }
    } finally {
      giveBack(lent, read); // also if the target takes no more, as a mapped file may
    }
    return total;
  }

  private static void giveBack(@Nullable ReceiveSlab slab, int packets) {
    if (slab != null) {
      slab.giveBack(packets);
    }
  }

  /** Takes what is unread out of memory that is lent. Only by the consumer. */
  void giveBackLent() {
    int end = (int) PRODUCED.getAcquire(this);
    Places at = consuming;
    for (int index = (int) CONSUMED.getOpaque(this); index != end; index++) {
      Places next = at.next;
      if (next != null && index - next.start >= 0) {
        at = next;
      }
      own(at.at(index));
    }
  }

  /** Copies a packet that is lent; that is seldom, so nobody counts the memory. */
  private static void own(Place place) {
    ReceiveSlab slab = place.slab;
    if (slab != null) {
      if (place.data.length < place.length) {
        place.data = new byte[place.length];
      }
      slab.all().get(place.offset, place.data, 0, place.length);
      place.slab = null;
      slab.giveBack(1);
    }
  }

  /** Returns whether the packet is what the peer has sent. */
  private boolean open(Place place, int index, CallSecurity by) {
    if (violation != null) {
      return false; // it was tried before
    }
    own(place); // it may have come before it was known that it must be opened
    try {
      int userBytes = by.open(FIRST_SEQ + index, place.checksum, place.data, place.length);
      position = by.headerBytes();
      place.length = position + userBytes;
      opened = true;
      return true;
    } catch (SecurityViolationException e) {
      violation = e;
      return false;
    }
  }

  /**
   * Opens the first packet that nobody has read, if there is one, without reading it: if all is
   * well with it the peer has the key.
   */
  void prove() {
    CallSecurity by = security;
    int index = (int) CONSUMED.getOpaque(this);
    if (by != null && !opened && available()) {
      boolean proven = open(placeAt(index), index, by);
      assert proven == (violation == null);
    }
  }

  /** Returns what was wrong with the packet that {@link #read} has stopped at, or null. */
  @Nullable SecurityViolationException violation() {
    return violation;
  }

  private Place placeAt(int index) {
    Places next = consuming.next;
    if (next != null && index - next.start >= 0) {
      consuming = next;
    }
    return consuming.at(index);
  }
}
