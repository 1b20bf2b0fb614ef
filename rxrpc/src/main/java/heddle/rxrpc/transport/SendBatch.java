package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTraffic;
import heddle.rxrpc.protocol.DatagramSink;
import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.protocol.TrafficSink;
import heddle.rxrpc.trace.TraceEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that leave in one go, one behind the other, so that a port can send a run of equal ones
 * with a single system call. Not thread-safe.
 */
public final class SendBatch implements DatagramSink, TrafficSink {
  static final int MAX_DATAGRAMS = 64;
  static final int BYTES = 96 * 1024;

  /** Our own address of a datagram for which the system may choose one. */
  static final InetAddress ANY_ADDRESS = new InetSocketAddress(0).getAddress();

  private final ByteBuffer buffer;
  private final int[] offsets = new int[MAX_DATAGRAMS];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private final InetSocketAddress[] destinations = new InetSocketAddress[MAX_DATAGRAMS];
  private final InetAddress[] froms = new InetAddress[MAX_DATAGRAMS];
  private @Nullable InetSocketAddress destination;
  private InetAddress from = ANY_ADDRESS;
  private final Fragmentation[] fragmentations = new Fragmentation[MAX_DATAGRAMS];
  private boolean anySpecial; // that may not simply be fragmented
  private @Nullable SendFrames frames; // where a native port has sent the batch before
  private int count;
  private int end; // of the last datagram, in the buffer
  private final CounterStripe counters = new CounterStripe();
  private List<TraceEvent> events = List.of();

  /**
   * Creates an empty batch.
   *
   * @param memory {@link #BYTES} for the datagrams
   */
  SendBatch(ByteBuffer memory) {
    buffer = memory;
  }

  /** Creates an empty batch in direct memory. */
  public static SendBatch direct() {
    return new SendBatch(ByteBuffer.allocateDirect(BYTES));
  }

  /** Sets where the datagrams that are begun from now on go; the system chooses our address. */
  public void to(InetSocketAddress address) {
    to(address, ANY_ADDRESS);
  }

  /**
   * Sets where the datagrams that are begun from now on go.
   *
   * @param local our own address that they come from: the one that the peer has asked
   */
  public void to(InetSocketAddress address, InetAddress local) {
    destination = address;
    from = local;
  }

  @Override
  public boolean hasRoom(int bytes) {
    return count < MAX_DATAGRAMS && BYTES - end >= bytes;
  }

  @Override
  public ByteBuffer begin(int maxBytes) {
    return buffer.limit(end + maxBytes).position(end);
  }

  @Override
  public void end(Fragmentation fragmentation) {
    fragmentations[count] = fragmentation;
    anySpecial |= fragmentation != Fragmentation.ALLOWED;
    offsets[count] = end;
    lengths[count] = buffer.position() - end;
    destinations[count] = Objects.requireNonNull(destination);
    froms[count] = from;
    end = buffer.position();
    count++;
  }

  /** Copies the datagrams of another batch, or none if there is no room or they are special. */
  boolean append(SendBatch other) {
    if (other.anySpecial || count + other.count > MAX_DATAGRAMS || BYTES - end < other.end) {
      return false;
    }
    for (int i = 0; i < other.count; i++) {
      buffer.limit(BYTES).put(end, other.buffer, other.offsets[i], other.lengths[i]);
      fragmentations[count] = other.fragmentations[i];
      offsets[count] = end;
      lengths[count] = other.lengths[i];
      destinations[count] = other.destinations[i];
      froms[count] = other.froms[i];
      end += other.lengths[i];
      count++;
    }
    return true;
  }

  /** Counts what a call that sends through this batch has sent and received. */
  @Override
  public void add(CallTraffic traffic) {
    counters.add(traffic);
  }

  CounterStripe counters() {
    return counters;
  }

  /** Takes an event along that is to be told when no lock is held. */
  void note(TraceEvent event) {
    if (events.isEmpty()) {
      events = new ArrayList<>();
    }
    events.add(event);
  }

  void note(List<TraceEvent> several) {
    for (TraceEvent event : several) {
      note(event);
    }
  }

  /** Returns the events taken along and forgets them. */
  List<TraceEvent> takeEvents() {
    List<TraceEvent> taken = events;
    events = List.of();
    return taken;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns the number of datagrams. */
  public int count() {
    return count;
  }

  /** Returns where datagram {@code index} begins in {@link #buffer}. */
  public int offset(int index) {
    return offsets[index];
  }

  /** Returns the length of datagram {@code index} in bytes. */
  public int length(int index) {
    return lengths[index];
  }

  /** Returns the byte of datagram {@code index} that is {@code at} bytes behind its beginning. */
  int byteOf(int index, int at) {
    return Byte.toUnsignedInt(buffer.get(offsets[index] + at));
  }

  /** Returns where datagram {@code index} goes. */
  public InetSocketAddress destination(int index) {
    return destinations[index];
  }

  /** Returns our own address for datagram {@code index}; the wildcard lets the system choose. */
  public InetAddress from(int index) {
    return froms[index];
  }

  /** Returns whether datagram {@code index} may be fragmented. */
  public Fragmentation fragmentation(int index) {
    return fragmentations[index];
  }

  /**
   * Returns the end of the run of datagrams from {@code first} on that are alike in whether they
   * may be fragmented.
   */
  int endOfRun(int first) {
    int next = anySpecial ? first + 1 : count;
    while (next < count && fragmentations[next] == fragmentations[first]) {
      next++;
    }
    return next;
  }

  /** Returns the memory of all datagrams. */
  public ByteBuffer buffer() {
    return buffer.clear();
  }

  /** Returns the buffer, positioned and limited to datagram {@code index}. */
  public ByteBuffer datagram(int index) {
    return buffer.limit(offsets[index] + lengths[index]).position(offsets[index]);
  }

  /** Forgets all datagrams. */
  public void clear() {
    count = 0;
    end = 0;
    anySpecial = false;
  }

  /** Returns the message headers of this batch, which are made once. */
  SendFrames frames(SystemCalls calls, int family) {
    SendFrames known = frames;
    if (known == null || known.family() != family) {
      known = new SendFrames(calls, this, family);
      frames = known;
    }
    return known;
  }
}
