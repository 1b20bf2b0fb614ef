package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.DatagramSink;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that leave in one go, one behind the other, so that a port can send a run of equal ones
 * with a single system call. Not thread-safe.
 */
public final class SendBatch implements DatagramSink {
  static final int MAX_DATAGRAMS = 64;
  static final int BYTES = 96 * 1024;

  private final ByteBuffer buffer;
  private final int[] offsets = new int[MAX_DATAGRAMS];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private final InetSocketAddress[] destinations = new InetSocketAddress[MAX_DATAGRAMS];
  private @Nullable InetSocketAddress destination;
  private int count;
  private int end; // of the last datagram, in the buffer

  /**
   * Creates an empty batch.
   *
   * @param memory {@link #BYTES} for the datagrams
   */
  SendBatch(ByteBuffer memory) {
    buffer = memory;
  }

  /** Sets where the datagrams that are begun from now on go. */
  void to(InetSocketAddress address) {
    destination = address;
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
  public void end() {
    offsets[count] = end;
    lengths[count] = buffer.position() - end;
    destinations[count] = Objects.requireNonNull(destination);
    end = buffer.position();
    count++;
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

  /** Returns where datagram {@code index} goes. */
  public InetSocketAddress destination(int index) {
    return destinations[index];
  }

  /** Returns the memory of all datagrams. */
  public ByteBuffer buffer() {
    return buffer.clear();
  }

  /** Returns the buffer, positioned and limited to datagram {@code index}. */
  public ByteBuffer datagram(int index) {
    return buffer.limit(offsets[index] + lengths[index]).position(offsets[index]);
  }

  void clear() {
    count = 0;
    end = 0;
  }
}
