package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A kernel that does not cut long segments, or refuses to send when it is told to. */
final class RefusingKernel extends OtherKernel {
  private final AtomicInteger refuseNext = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger segmented = new AtomicInteger();
  private volatile int errno;
  private volatile int mostSegmentBytes = Integer.MAX_VALUE;

  RefusingKernel(SystemCalls calls) {
    super(calls);
  }

  void refuseSegments(int withErrno, int longerThan) {
    errno = withErrno;
    mostSegmentBytes = longerThan;
  }

  void refuseNext(int withErrno) {
    refuseNext.set(withErrno);
  }

  /** Returns how many messages to be segmented were refused. */
  int refusals() {
    return refusals.get();
  }

  /** Returns how many messages were segmented. */
  int segmented() {
    return segmented.get();
  }

  @Override
  public int sendmsg(int socket, long message, int flags) {
    int refusal = refusal(message);
    return refusal != 0 ? refusal : super.sendmsg(socket, message, flags);
  }

  @Override
  public int sendmmsg(int socket, long messages, int count, int flags) {
    for (int i = 0; i < count; i++) {
      int refusal = refusal(messages + (long) i * Linux.MMSGHDR_BYTES);
      if (refusal != 0) {
        return i > 0 ? super.sendmmsg(socket, messages, i, flags) : refusal;
      }
    }
    return super.sendmmsg(socket, messages, count, flags);
  }

  private int refusal(long message) {
    int next = refuseNext.getAndSet(0);
    if (next != 0) {
      return -next;
    }
    int segment = segmentBytes(message);
    if (segment > mostSegmentBytes) {
      refusals.incrementAndGet();
      return -errno;
    }
    if (segment > 0) {
      segmented.incrementAndGet();
    }
    return 0;
  }

  private static int segmentBytes(long message) {
    Runtime runtime = Runtime.getSystemRuntime();
    Pointer header = Pointer.wrap(runtime, message, Linux.MMSGHDR_BYTES);
    int length = (int) header.getLong(Linux.MSG_CONTROLLEN);
    ByteBuffer control = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    Pointer.wrap(runtime, header.getLong(Linux.MSG_CONTROL), length)
        .get(0, control.array(), 0, length);
    for (int at = 0; at < length; at += Linux.align((int) control.getLong(at))) {
      if (control.getInt(at + Linux.CMSG_LEVEL) == Linux.SOL_UDP
          && control.getInt(at + Linux.CMSG_TYPE) == Linux.UDP_SEGMENT) {
        return control.getShort(at + Linux.CMSG_DATA);
      }
    }
    return 0;
  }
}
