package heddle.bench;

import heddle.rxrpc.transport.DatagramPort;
import heddle.rxrpc.transport.SendBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a path: each datagram is either lost or sent on after a fixed time. One thread
 * offers datagrams, another sends them; what does not fit is dropped, as a router's queue would.
 */
final class DelayLine {
  private static final int MAX_DATAGRAMS = 1 << 16;
  private static final int MEMORY_BYTES = 64 << 20;

  private final DatagramPort out;
  private final InetSocketAddress destination;
  private final UdpProxy.Path path;
  private final SplittableRandom random;
  private final ByteBuffer memory = ByteBuffer.allocateDirect(MEMORY_BYTES);
  private final ByteBuffer offered = memory.duplicate();
  private final long[] dueNanos = new long[MAX_DATAGRAMS];
  private final int[] offsets = new int[MAX_DATAGRAMS];
  private final int[] lengths = new int[MAX_DATAGRAMS];
  private final long[] ends = new long[MAX_DATAGRAMS]; // of the memory used, as a running number
  private long used; // memory given out so far, as a running number
  private volatile long free = MEMORY_BYTES; // memory that may be given out, likewise
  private volatile long offeredCount;
  private volatile long sentCount;
  private volatile boolean closed;
  private volatile @Nullable Thread waiting;

  private final LongAdder forwarded = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder overflowed = new LongAdder();

  DelayLine(
      DatagramPort out,
      InetSocketAddress destination,
      UdpProxy.Path path,
      SplittableRandom random) {
    this.out = out;
    this.destination = destination;
    this.path = path;
    this.random = random;
  }

  /** Takes a datagram, or loses it; for one thread. */
  void offer(ByteBuffer datagram, long nowNanos) {
    if (path.loss() > 0 && random.nextDouble() < path.loss()) {
      lost.increment();
      return;
    }
    long count = offeredCount;
    int length = datagram.remaining();
    int offset = (int) (used % MEMORY_BYTES);
    int skipped = offset + length > MEMORY_BYTES ? MEMORY_BYTES - offset : 0;
    if (count - sentCount == MAX_DATAGRAMS || used + skipped + length > free) {
      overflowed.increment();
      return;
    }
    int index = (int) count & MAX_DATAGRAMS - 1;
    offset = skipped > 0 ? 0 : offset;
    offered.limit(offset + length).position(offset).put(datagram);
    used += skipped + length;
    dueNanos[index] = nowNanos + path.delayNanos();
    offsets[index] = offset;
    lengths[index] = length;
    ends[index] = used;
    offeredCount = count + 1;
  }

  /** Wakes the sender if it waits for the first datagram; to be called after a batch of offers. */
  void wake() {
    Thread sender = waiting;
    if (sender != null) {
      LockSupport.unpark(sender);
    }
  }

  /** Sends what is due, until {@link #close}. */
  void run() {
    SendBatch batch = SendBatch.direct();
    while (!closed) {
      if (offeredCount == sentCount) {
        waiting = Thread.currentThread();
        if (offeredCount == sentCount && !closed) {
          LockSupport.park(this);
        }
        waiting = null;
        continue;
      }
      long wait = dueNanos[(int) sentCount & MAX_DATAGRAMS - 1] - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(this, wait);
      } else {
        sendDue(batch);
      }
    }
  }

  private void sendDue(SendBatch batch) {
    long nowNanos = System.nanoTime();
    long count = sentCount;
    long limit = offeredCount;
    long released = 0;
    batch.to(destination);
    while (count != limit) {
      int index = (int) count & MAX_DATAGRAMS - 1;
      int length = lengths[index];
      if (dueNanos[index] - nowNanos > 0 || !batch.hasRoom(length)) {
        break;
      }
      batch.begin(length).put(memory.limit(offsets[index] + length).position(offsets[index]));
      batch.end();
      released = ends[index];
      count++;
    }
    if (batch.count() > 0) {
      out.send(batch);
      forwarded.add(batch.count());
      batch.clear();
      free = released + MEMORY_BYTES;
      sentCount = count;
    }
  }

  void close() {
    closed = true;
    wake();
  }

  long forwarded() {
    return forwarded.sum();
  }

  long lost() {
    return lost.sum();
  }

  long overflowed() {
    return overflowed.sum();
  }
}
