package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The message headers through which the kernel receives for a {@link ReceiveBatch}, each with
 * memory of 64 KiB, since the kernel may put that many bytes of a sender's datagrams, one behind
 * the other, into one message. Laid out once, so that receiving allocates nothing. For one thread.
 *
 * <p><b>Lending.</b> Packets of a message that is large enough may stay where they are until they
 * are read: then the next message is received into a spare slab. Of small ones there would be more
 * memory held than used.
 */
final class ReceiveFrames {
  private static final int LENDABLE_BYTES = ReceiveSlab.BYTES / 4;
  private static final int LENDABLE_SLABS = 32;
  private static final int NAME_BYTES = 32;
  private static final int CONTROL_BYTES = 128;

  private final ReceiveBatch batch;
  private final SourceCache addresses = new SourceCache();
  private final NativeMemory memory;
  private final ByteBuffer bytes;
  private final SystemCalls calls;
  private final int capacity; // messages
  private final ReceiveSlabs pool;
  private final ReceiveSlab[] slabs; // of each message
  private final @Nullable ReceiveSlab[] spares; // of those that may be lent
  private final int iovecs;
  private final int names;
  private final int controls;
  private int received; // messages of the last receive
  private int unsettled; // of them that have slabs to settle
  private int next; // of them to deliver
  private int offset; // of what is left of that message
  // of the message being delivered
  private int segmentBytes;
  private InetAddress local = SendBatch.ANY_ADDRESS;

  /** Lays the headers of so many messages out for a batch. */
  ReceiveFrames(SystemCalls calls, ReceiveBatch batch, int messages) {
    this.batch = batch;
    this.calls = calls;
    this.capacity = messages;
    this.pool = new ReceiveSlabs(messages + LENDABLE_SLABS);
    this.slabs = new ReceiveSlab[messages];
    this.spares = new @Nullable ReceiveSlab[messages];
    this.iovecs = capacity * Linux.MMSGHDR_BYTES;
    this.names = iovecs + capacity * Linux.IOVEC_BYTES;
    this.controls = names + capacity * NAME_BYTES;
    this.memory = NativeMemory.allocate(calls, controls + capacity * CONTROL_BYTES);
    this.bytes = memory.bytes();
    for (int i = 0; i < capacity; i++) {
      int iovec = iovecs + i * Linux.IOVEC_BYTES;
      memory.layOut(
          i * Linux.MMSGHDR_BYTES, names + i * NAME_BYTES, iovec, controls + i * CONTROL_BYTES);
      fillInto(i, Objects.requireNonNull(pool.take()));
      clear(i);
    }
  }

  private void fillInto(int message, ReceiveSlab slab) {
    slabs[message] = slab;
    int iovec = iovecs + message * Linux.IOVEC_BYTES;
    memory.point(iovec, calls.address(slab.bytes()), ReceiveSlab.BYTES);
  }

  /** Returns whether these headers are those of {@code other}. */
  @SuppressWarnings("ReferenceEquality") // it is about the memory
  boolean belongTo(ReceiveBatch other) {
    return batch == other;
  }

  long address() {
    return memory.address();
  }

  int capacity() {
    return capacity;
  }

  /** What was received is handled: sees to it that nothing lent is overwritten. */
  void prepare() {
    for (int i = 0; i < unsettled; i++) {
      ReceiveSlab slab = slabs[i];
      ReceiveSlab spare = spares[i];
      spares[i] = null;
      if (spare != null) {
        boolean needed = slab.settle();
        if (needed) {
          fillInto(i, spare);
        }
        (needed ? slab : spare).letGo();
      }
    }
    unsettled = 0;
  }

  /** The kernel has filled {@code messages} messages. */
  void filled(int messages) {
    received = messages;
    unsettled = messages;
    next = 0;
    offset = 0;
  }

  /** Returns whether datagrams are left that the batch had no room for. */
  boolean hasMore() {
    return next < received;
  }

  /** Puts datagrams into the batch, until it is full or there are no more. */
  void deliver() {
    while (next < received && batch.hasRoom()) {
      int header = next * Linux.MMSGHDR_BYTES;
      int length = bytes.getInt(header + Linux.MSG_LEN);
      InetSocketAddress source = null;
      if (bytes.getInt(header + Linux.MSG_NAMELEN) > 0) {
        source = addresses.source(bytes, names + next * NAME_BYTES);
      }
      if (source == null || deliver(source, header, length)) {
        clear(next);
        next++;
        offset = 0;
      }
    }
  }

  /** Puts the datagrams of one message into the batch; returns whether all found room. */
  private boolean deliver(InetSocketAddress source, int header, int length) {
    segmentBytes = 0;
    local = SendBatch.ANY_ADDRESS;
    readControls(
        controls + next * CONTROL_BYTES, (int) bytes.getLong(header + Linux.MSG_CONTROLLEN));
    ReceiveSlab slab = slabs[next];
    if (offset == 0 && length >= LENDABLE_BYTES) {
      spares[next] = pool.take();
      slab.lending(spares[next] != null);
    }
    int segment = segmentBytes > 0 ? segmentBytes : Math.max(1, length);
    do {
      if (!batch.hasRoom()) {
        return false;
      }
      int size = Math.min(segment, length - offset);
      batch.add(slab, offset, size, source, local);
      offset += segment;
    } while (offset < length);
    return true;
  }

  private void readControls(int start, int length) {
    int end = start + length;
    int at = start;
    while (at + Linux.CMSG_DATA <= end) {
      int size = (int) bytes.getLong(at);
      if (size < Linux.CMSG_DATA || at + size > end) {
        return;
      }
      readControl(bytes.getInt(at + Linux.CMSG_LEVEL), bytes.getInt(at + Linux.CMSG_TYPE), at);
      at += Linux.align(size);
    }
  }

  private void readControl(int level, int type, int at) {
    int data = at + Linux.CMSG_DATA;
    if (level == Linux.SOL_UDP && type == Linux.UDP_GRO) {
      segmentBytes = bytes.getInt(data);
    } else if (level == Linux.SOL_IPV6 && type == Linux.IPV6_PKTINFO) {
      local = usable(addresses.localIpv6(bytes, data, bytes.getInt(data + 16)));
    } else if (level == Linux.SOL_IP && type == Linux.IP_PKTINFO) {
      local = addresses.localIpv4(bytes, data + 4);
    }
  }

  /** A group or broadcast address is none to answer from. */
  private InetAddress usable(InetAddress address) {
    return address.isMulticastAddress() ? SendBatch.ANY_ADDRESS : address;
  }

  /** Makes a message ready to be filled. */
  private void clear(int message) {
    int header = message * Linux.MMSGHDR_BYTES;
    bytes.putInt(header + Linux.MSG_NAMELEN, NAME_BYTES);
    bytes.putLong(header + Linux.MSG_CONTROLLEN, CONTROL_BYTES);
  }
}
