package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The socket's queue of errors: ICMP messages about datagrams that were sent from it, and datagrams
 * that our own host found too long. An error also makes the next call on the socket, about whatever
 * peer, fail once with its number; that is how it is noticed that the queue has something.
 *
 * <p>Source: ip(7), IP_RECVERR.
 */
final class ErrorQueue {
  private static final int AT_ONCE = 64;
  private static final int QUOTED_BYTES = 1024; // ICMP quotes fewer
  private static final int NAME_BYTES = 32;
  private static final int CONTROL_BYTES = 256;
  private static final int NAME = Linux.MMSGHDR_BYTES;
  private static final int IOVEC = NAME + NAME_BYTES;
  private static final int CONTROL = IOVEC + Linux.IOVEC_BYTES;
  private static final int QUOTED = CONTROL + CONTROL_BYTES;
  private static final int BYTES = QUOTED + QUOTED_BYTES;

  // struct sock_extended_err
  private static final int ORIGIN = 4;
  private static final int TYPE = 5;
  private static final int CODE = 6;
  private static final int INFO = 8;
  private static final int EXTENDED_BYTES = 16;
  private static final int ORIGIN_LOCAL = 1;
  private static final int ORIGIN_ICMP = 2;
  private static final int ORIGIN_ICMP6 = 3;

  private final SystemCalls calls;
  private final int socket;
  private final ReentrantLock lock = new ReentrantLock();
  private final NativeMemory memory;
  private final ByteBuffer bytes;

  ErrorQueue(SystemCalls calls, int socket) {
    this.calls = calls;
    this.socket = socket;
    this.memory = NativeMemory.allocate(calls, BYTES);
    this.bytes = memory.bytes();
    memory.layOut(0, NAME, IOVEC, CONTROL);
    memory.point(IOVEC, memory.address() + QUOTED, QUOTED_BYTES);
  }

  /** Takes what is in the queue, at most a few dozen; adds it to {@code errors}. */
  void drain(List<NetworkError> errors) {
    lock.lock();
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        bytes.putInt(Linux.MSG_NAMELEN, NAME_BYTES);
        bytes.putLong(Linux.MSG_CONTROLLEN, CONTROL_BYTES);
        bytes.putShort(NAME, (short) 0);
        int length =
            calls.recvmsg(socket, memory.address(), Linux.MSG_ERRQUEUE | Linux.MSG_DONTWAIT);
        if (length < 0) {
          return;
        }
        NetworkError error = read(Math.min(length, QUOTED_BYTES));
        if (error != null) {
          errors.add(error);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable NetworkError read(int quotedBytes) {
    InetSocketAddress destination = SocketAddresses.decode(bytes, NAME);
    int end = CONTROL + (int) bytes.getLong(Linux.MSG_CONTROLLEN);
    int at = CONTROL;
    while (destination != null && at + Linux.CMSG_DATA <= end) {
      int size = (int) bytes.getLong(at);
      if (size < Linux.CMSG_DATA || at + size > end) {
        return null;
      }
      int data = at + Linux.CMSG_DATA;
      if (isError(at) && size >= Linux.CMSG_DATA + EXTENDED_BYTES) {
        return read(data, at + size, destination, quotedBytes);
      }
      at += Linux.align(size);
    }
    return null;
  }

  private boolean isError(int at) {
    int level = bytes.getInt(at + Linux.CMSG_LEVEL);
    int type = bytes.getInt(at + Linux.CMSG_TYPE);
    return (level == Linux.SOL_IP && type == Linux.IP_RECVERR)
        || (level == Linux.SOL_IPV6 && type == Linux.IPV6_RECVERR);
  }

  private @Nullable NetworkError read(
      int at, int end, InetSocketAddress destination, int quotedBytes) {
    int errno = bytes.getInt(at);
    int type = Byte.toUnsignedInt(bytes.get(at + TYPE));
    int code = Byte.toUnsignedInt(bytes.get(at + CODE));
    NetworkError.Origin origin = NetworkError.Origin.ICMP;
    NetworkError.Kind kind;
    switch (bytes.get(at + ORIGIN)) {
      case ORIGIN_ICMP -> kind = NetworkError.Kind.ofIcmp(type, code);
      case ORIGIN_ICMP6 -> kind = NetworkError.Kind.ofIcmpv6(type, code);
      case ORIGIN_LOCAL -> {
        origin = NetworkError.Origin.LOCAL;
        kind = NetworkError.Kind.ofErrno(errno);
      }
      default -> {
        return null;
      }
    }
    int mtu = kind == NetworkError.Kind.TOO_BIG ? Math.max(0, bytes.getInt(at + INFO)) : 0;
    byte[] quoted = new byte[quotedBytes];
    bytes.get(QUOTED, quoted);
    return new NetworkError(
        kind, origin, errno, mtu, destination, reporter(at + EXTENDED_BYTES, end), quoted);
  }

  private InetAddress reporter(int at, int end) {
    InetSocketAddress offender =
        end - at >= Linux.SOCKADDR_IN_BYTES ? SocketAddresses.decode(bytes, at) : null;
    return offender == null ? SendBatch.ANY_ADDRESS : offender.getAddress();
  }
}
