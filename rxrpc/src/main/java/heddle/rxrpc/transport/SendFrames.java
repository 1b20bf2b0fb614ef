package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The message headers through which the kernel sends a {@link SendBatch}: one for each run of
 * datagrams that it cuts itself (all of one size but the last, which may be smaller, to one
 * destination), and one for each other datagram. They live as long as the batch, so that sending
 * allocates nothing. Not thread-safe.
 */
final class SendFrames {
  private static final int MOST = SendBatch.MAX_DATAGRAMS;
  private static final int MAX_RUN_BYTES = 65_000; // with headers below 64 KiB
  private static final int NAME_BYTES = 32;
  private static final int CONTROL_BYTES = 64;
  private static final int IPV4_INFO_BYTES = 12;
  private static final int IPV6_INFO_BYTES = 20;

  private static final int HEADERS = 0;
  private static final int IOVECS = HEADERS + MOST * Linux.MMSGHDR_BYTES;
  private static final int NAMES = IOVECS + MOST * Linux.IOVEC_BYTES;
  private static final int CONTROLS = NAMES + MOST * NAME_BYTES;
  private static final int BYTES = CONTROLS + MOST * CONTROL_BYTES;

  private final NativeMemory memory;
  private final ByteBuffer bytes;
  private final SendBatch batch;
  private final long data; // where the datagrams are
  private final int family;
  private final int[] firsts = new int[MOST]; // datagram of each message
  private final int[] counts = new int[MOST];
  private final @Nullable Destination[] written = new @Nullable Destination[MOST];
  private int messages;
  private int limit; // end of the datagrams that there are messages of
  private Segmentation mode = Segmentation.ALLOWED;
  private final byte[] local = new byte[CONTROL_BYTES]; // control message of the address below
  private InetAddress localOf = SendBatch.ANY_ADDRESS;

  /**
   * Lays the headers out for a batch in direct memory.
   *
   * @param family of the socket
   */
  SendFrames(SystemCalls calls, SendBatch batch, int family) {
    this.memory = NativeMemory.allocate(calls, BYTES);
    this.bytes = memory.bytes();
    this.batch = batch;
    this.data = calls.address(batch.buffer());
    this.family = family;
    for (int i = 0; i < MOST; i++) {
      memory.layOut(
          HEADERS + i * Linux.MMSGHDR_BYTES,
          NAMES + i * NAME_BYTES,
          IOVECS + i * Linux.IOVEC_BYTES,
          CONTROLS + i * CONTROL_BYTES);
    }
  }

  /** Whether runs of datagrams may be left to the kernel to cut. */
  enum Segmentation {
    ALLOWED,
    FORBIDDEN
  }

  /** Makes messages of the datagrams from {@code first} on, up to {@code end}. */
  void fill(int first, int end, Destinations destinations, Segmentation segmentation) {
    messages = 0;
    limit = end;
    mode = segmentation;
    for (int i = first; i < end; ) {
      Destination to = destinationOf(i, destinations);
      int run = segmentation == Segmentation.ALLOWED ? run(i, to) : 1;
      add(i, run, to);
      i += run;
    }
  }

  /** Makes the messages from the one that begins with datagram {@code first} on anew. */
  void refill(int first, Destinations destinations) {
    fill(first, limit, destinations, mode);
  }

  /** Most batches go to one destination: the last one is looked at before the table. */
  private Destination destinationOf(int index, Destinations destinations) {
    InetSocketAddress address = batch.destination(index);
    Destination last = written[Math.max(0, messages - 1)];
    return last != null && isSame(last.address(), address) ? last : destinations.of(address);
  }

  @SuppressWarnings("ReferenceEquality") // a peer has one address object, mostly
  private static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
    return one == other || one.equals(other);
  }

  /** Returns how many datagrams from {@code first} on the kernel can cut from one buffer. */
  private int run(int first, Destination to) {
    int size = batch.length(first);
    if (size == 0 || !to.segments(size)) {
      return 1;
    }
    int total = size;
    int next = first + 1;
    while (next < limit) {
      int length = batch.length(next);
      total += length;
      if (length == 0
          || length > size
          || total > MAX_RUN_BYTES
          || !isSame(batch.destination(next), batch.destination(first))
          || !batch.from(next).equals(batch.from(first))) {
        break;
      }
      next++;
      if (length < size) {
        break;
      }
    }
    return next - first;
  }

  @SuppressWarnings("ReferenceEquality") // is it what we wrote there
  private void add(int first, int count, Destination to) {
    int message = messages++;
    firsts[message] = first;
    counts[message] = count;
    int header = HEADERS + message * Linux.MMSGHDR_BYTES;
    if (written[message] != to) {
      to.writeName(bytes, NAMES + message * NAME_BYTES);
      bytes.putInt(header + Linux.MSG_NAMELEN, to.nameBytes());
      written[message] = to;
    }
    int last = first + count - 1;
    int end = batch.offset(last) + batch.length(last);
    memory.point(
        IOVECS + message * Linux.IOVEC_BYTES,
        data + batch.offset(first),
        end - batch.offset(first));
    control(message, count > 1 ? batch.length(first) : 0, batch.from(first));
  }

  private void control(int message, int segmentBytes, InetAddress from) {
    int start = CONTROLS + message * CONTROL_BYTES;
    int end = start;
    if (isChosen(from)) {
      end += writeLocal(end, from);
    }
    if (segmentBytes > 0) {
      bytes.putLong(end, Linux.CMSG_DATA + Short.BYTES);
      bytes.putInt(end + Linux.CMSG_LEVEL, Linux.SOL_UDP);
      bytes.putInt(end + Linux.CMSG_TYPE, Linux.UDP_SEGMENT);
      bytes.putShort(end + Linux.CMSG_DATA, (short) segmentBytes);
      end += Linux.controlSpace(Short.BYTES);
    }
    bytes.putLong(HEADERS + message * Linux.MMSGHDR_BYTES + Linux.MSG_CONTROLLEN, end - start);
  }

  @SuppressWarnings("ReferenceEquality") // the constant that says "any"
  private static boolean isChosen(InetAddress from) {
    return from != SendBatch.ANY_ADDRESS;
  }

  /** Writes the control message that sets our own address; returns its room. */
  private int writeLocal(int at, InetAddress from) {
    int space = Linux.controlSpace(family == Linux.AF_INET6 ? IPV6_INFO_BYTES : IPV4_INFO_BYTES);
    if (!localOf.equals(from)) {
      prepareLocal(at, from);
      bytes.get(at, local, 0, space);
      localOf = from;
    } else {
      bytes.put(at, local, 0, space);
    }
    return space;
  }

  private void prepareLocal(int at, InetAddress from) {
    boolean six = family == Linux.AF_INET6;
    int data = at + Linux.CMSG_DATA;
    bytes.putLong(at, Linux.CMSG_DATA + (six ? IPV6_INFO_BYTES : IPV4_INFO_BYTES));
    bytes.putInt(at + Linux.CMSG_LEVEL, six ? Linux.SOL_IPV6 : Linux.SOL_IP);
    bytes.putInt(at + Linux.CMSG_TYPE, six ? Linux.IPV6_PKTINFO : Linux.IP_PKTINFO);
    if (six) {
      SocketAddresses.encodeIpv6(from, bytes, data);
      bytes.putLong(data + 16, SocketAddresses.scope(from)); // interface, and padding
    } else {
      bytes.putInt(data, 0); // any interface
      bytes.put(data + 4, from.getAddress()).putInt(data + 8, 0);
    }
  }

  /** Lets the system choose our own address for {@code message}. */
  void clearLocal(int message) {
    control(message, segmentBytes(message), SendBatch.ANY_ADDRESS);
  }

  boolean hasLocal(int message) {
    return isChosen(batch.from(firsts[message]));
  }

  int family() {
    return family;
  }

  int messages() {
    return messages;
  }

  long address(int message) {
    return memory.address() + HEADERS + (long) message * Linux.MMSGHDR_BYTES;
  }

  /** Returns the first datagram of {@code message}. */
  int first(int message) {
    return firsts[message];
  }

  /** Returns the number of datagrams of {@code message}. */
  int count(int message) {
    return counts[message];
  }

  /** Returns the size that the kernel cuts {@code message} into, or 0 if it is one datagram. */
  int segmentBytes(int message) {
    return counts[message] > 1 ? batch.length(firsts[message]) : 0;
  }

  Destination destination(int message) {
    Destination to = written[message];
    assert to != null;
    return to;
  }
}
