package heddle.control;

import heddle.fuse.PathBytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A stream socket of this machine, with a name in the file system, whose peer the kernel vouches
 * for. One thread may use it, any may {@link #close} it.
 */
final class UnixSocket implements AutoCloseable {
  /**
   * Who is at the other end, as the kernel saw it when the connection was made.
   *
   * @param pid number of the process
   * @param uid number of its user
   */
  record Peer(int pid, int uid) {}

  /** Greatest number of bytes in the name of a socket. */
  static final int MAX_NAME_BYTES = 107;

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUTDOWN_BOTH = 2;
  private static final int ENOENT = 2;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int ECONNREFUSED = 111;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int BACKLOG = 16;
  private static final int BUFFER_BYTES = 16 << 10;

  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final SocketCalls calls;
  private final int fd;
  private final ReentrantLock using = new ReentrantLock(); // so that no closed number is used
  private final AtomicBoolean closing = new AtomicBoolean();
  private Deadline deadline = Deadline.NONE;

  /** When all of a connection must be done. */
  private record Deadline(boolean exists, long atNanos) {
    static final Deadline NONE = new Deadline(false, 0);
  }

  private UnixSocket(SocketCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  /** Makes a socket of that name, which must be new, and begins to take connections. */
  static UnixSocket listen(SocketCalls calls, Path name) throws IOException {
    return open(
        calls,
        socket -> {
          Pointer address = address(name);
          socket.check("bind", calls.bind(socket.fd, address, (int) address.size()));
          socket.check("listen", calls.listen(socket.fd, BACKLOG));
        });
  }

  /**
   * Connects to the socket of that name.
   *
   * @param patience how long all may take that is done with the peer
   */
  static UnixSocket connect(SocketCalls calls, Path name, Duration patience) throws IOException {
    return open(
        calls,
        socket -> {
          socket.limit(patience);
          socket.limitWait(SO_SNDTIMEO);
          Pointer address = address(name);
          socket.check("connect", calls.connect(socket.fd, address, (int) address.size()));
        });
  }

  private interface Opening {
    void run(UnixSocket socket) throws IOException;
  }

  private static UnixSocket open(SocketCalls calls, Opening opening) throws IOException {
    int fd = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    UnixSocket socket = new UnixSocket(calls, fd);
    socket.check("socket", fd);
    try {
      opening.run(socket);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Pointer address(Path name) throws IOException {
    byte[] bytes = PathBytes.of(name);
    if (bytes.length > MAX_NAME_BYTES) {
      throw new IOException("the name of a socket is too long: " + name);
    }
    Pointer address = memory(Short.BYTES + bytes.length + 1);
    address.putShort(0, (short) AF_UNIX);
    address.put(Short.BYTES, bytes, 0, bytes.length);
    return address;
  }

  private static Pointer memory(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }

  private int check(String what, int result) throws IOException {
    if (result < 0) {
      throw failure(what);
    }
    return result;
  }

  private IOException failure(String what) {
    int error = LastError.getLastError(RUNTIME);
    return switch (error) {
      case EAGAIN -> new SocketTimeoutException(what + ": the peer takes too long");
      case ENOENT, ECONNREFUSED -> new ConnectException("nobody listens there");
      case EACCES -> new AccessDeniedException(what + ": permission denied");
      default -> new IOException(what + " failed with errno " + error);
    };
  }

  /** Waits for a connection; fails when this is closed. */
  UnixSocket accept() throws IOException {
    using.lock();
    try {
      checkOpen();
      return new UnixSocket(calls, check("accept", calls.accept4(fd, null, null, SOCK_CLOEXEC)));
    } finally {
      using.unlock();
    }
  }

  private void checkOpen() throws IOException {
    if (closing.get()) {
      throw new ClosedChannelException();
    }
  }

  /** Returns who is at the other end. */
  Peer peer() throws IOException {
    Pointer credentials = memory(3 * Integer.BYTES);
    Pointer length = memory(Integer.BYTES);
    length.putInt(0, 3 * Integer.BYTES);
    check("SO_PEERCRED", calls.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length));
    return new Peer(credentials.getInt(0), credentials.getInt(Integer.BYTES));
  }

  /** Has everything that is done with the peer from now on end within that time, all in all. */
  void limit(Duration whole) {
    deadline = new Deadline(true, System.nanoTime() + whole.toNanos());
  }

  /** Has the next wait of that kind end at the deadline, if there is one. */
  private void limitWait(int option) throws IOException {
    if (!deadline.exists) {
      return;
    }
    long leftMicros = TimeUnit.NANOSECONDS.toMicros(deadline.atNanos - System.nanoTime());
    if (leftMicros <= 0) { // 0 would be for ever
      throw new SocketTimeoutException("the peer takes too long");
    }
    Pointer time = memory(2 * Long.BYTES);
    time.putLong(0, leftMicros / MICROS_PER_SECOND);
    time.putLong(Long.BYTES, leftMicros % MICROS_PER_SECOND);
    check("setsockopt", calls.setsockopt(fd, SOL_SOCKET, option, time, 2 * Long.BYTES));
  }

  /**
   * Fills {@code target}; blocks for the peer as long as {@link #limit} allows.
   *
   * @throws EOFException if the peer ends the connection before
   */
  void receive(byte[] target) throws IOException {
    using.lock();
    try {
      Pointer buffer = memory(BUFFER_BYTES);
      int done = 0;
      while (done < target.length) {
        checkOpen();
        limitWait(SO_RCVTIMEO);
        int wanted = Math.min(BUFFER_BYTES, target.length - done);
        int count = check("recv", (int) calls.recv(fd, buffer, wanted, 0));
        if (count == 0) {
          throw new EOFException("the other end has gone");
        }
        buffer.get(0, target, done, count);
        buffer.setMemory(0, count, (byte) 0); // it may be a key
        done += count;
      }
    } finally {
      using.unlock();
    }
  }

  /** Sends all of {@code source}; blocks for the peer as long as {@link #limit} allows. */
  void send(byte[] source) throws IOException {
    using.lock();
    try {
      Pointer buffer = memory(source.length);
      buffer.put(0, source, 0, source.length);
      try {
        int done = 0;
        while (done < source.length) {
          checkOpen();
          limitWait(SO_SNDTIMEO);
          Pointer rest = buffer.slice(done);
          done += check("send", (int) calls.send(fd, rest, source.length - done, MSG_NOSIGNAL));
        }
      } finally {
        buffer.setMemory(0, source.length, (byte) 0); // it may be a key
      }
    } finally {
      using.unlock();
    }
  }

  /** Returns whether {@link #close} was called. */
  boolean isClosing() {
    return closing.get();
  }

  /** Ends the connection; who waits fails at once. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return; // the number may be another file's by now
    }
    calls.shutdown(fd, SHUTDOWN_BOTH);
    using.lock();
    try {
      calls.close(fd);
    } finally {
      using.unlock();
    }
  }
}
