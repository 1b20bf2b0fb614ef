package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that arrived together. They may lie in one buffer, one behind the other (receive
 * offload gives them so). Valid until the next receive, but for what is lent; owned by the receive
 * thread.
 */
public final class ReceiveBatch {
  /** Greatest number of datagrams in a batch. */
  public static final int MAX_DATAGRAMS = 256;

  private final ByteBuffer buffer;
  private final @Nullable ReceiveSlab[] slabs = new @Nullable ReceiveSlab[MAX_DATAGRAMS];
  private final int[] offsets = new int[MAX_DATAGRAMS];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private final InetSocketAddress[] sources = new InetSocketAddress[MAX_DATAGRAMS];
  private final InetAddress[] locals = new InetAddress[MAX_DATAGRAMS];
  private int count;

  /**
   * Creates an empty batch.
   *
   * @param bytes memory for the datagrams of one receive; 0 if the port has its own
   */
  public ReceiveBatch(int bytes) {
    buffer = ByteBuffer.allocateDirect(bytes);
  }

  /** Forgets all datagrams; the memory is free for the next receive. */
  public void clear() {
    count = 0;
  }

  /** Returns the batch's own memory for the port to fill, cleared. */
  public ByteBuffer buffer() {
    return buffer.clear();
  }

  /** Notes a datagram that lies in the memory and came to an address that the port cannot tell. */
  public void add(int offset, int length, InetSocketAddress source) {
    add(offset, length, source, SendBatch.ANY_ADDRESS);
  }

  /**
   * Notes a datagram that lies in the memory.
   *
   * @param local the address that it came to, of those that this host has
   */
  public void add(int offset, int length, InetSocketAddress source, InetAddress local) {
    add(null, offset, length, source, local);
  }

  /** Notes a datagram that lies in {@code slab}; null: in the batch's own memory. */
  void add(
      @Nullable ReceiveSlab slab,
      int offset,
      int length,
      InetSocketAddress source,
      InetAddress local) {
    slabs[count] = slab;
    offsets[count] = offset;
    lengths[count] = length;
    sources[count] = source;
    locals[count] = local;
    count++;
  }

  /** Returns whether a further datagram finds room. */
  public boolean hasRoom() {
    return count < MAX_DATAGRAMS;
  }

  /** Returns the number of datagrams. */
  public int count() {
    return count;
  }

  /** Returns the buffer, positioned and limited to datagram {@code index}. */
  public ByteBuffer datagram(int index) {
    ReceiveSlab slab = slabs[index];
    ByteBuffer memory = slab == null ? buffer : slab.bytes();
    return memory.limit(offsets[index] + lengths[index]).position(offsets[index]);
  }

  /** Returns what datagram {@code index} lies in; null if that is the batch's own memory. */
  @Nullable ReceiveSlab slab(int index) {
    return slabs[index];
  }

  /** Returns the length of datagram {@code index} in bytes. */
  public int length(int index) {
    return lengths[index];
  }

  /** Returns where datagram {@code index} came from. */
  public InetSocketAddress source(int index) {
    return sources[index];
  }

  /**
   * Returns the address of ours from which to answer datagram {@code index}: the one that it came
   * to; or the wildcard address, which lets the system choose.
   */
  public InetAddress local(int index) {
    return locals[index];
  }
}
