package heddle.rxrpc.transport;

import heddle.rxrpc.transport.libc.LibC;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The calls by way of jnr-ffi; the only class that needs it on the path. */
final class JnrSystemCalls implements SystemCalls {
  private final LibC libc;
  private final Runtime runtime;

  private JnrSystemCalls(LibC libc) {
    this.libc = libc;
    this.runtime = Runtime.getRuntime(libc);
  }

  /** Binds the functions; takes some tenths of a second the first time. */
  static JnrSystemCalls load() {
    return new JnrSystemCalls(LibraryLoader.create(LibC.class).load("c"));
  }

  private int result(int returned) {
    return returned >= 0 ? returned : -runtime.getLastError();
  }

  private int result(long returned) {
    return result((int) returned);
  }

  @Override
  public int socket(int domain, int type) {
    return result(libc.socket(domain, type | Linux.SOCK_CLOEXEC, 0));
  }

  @Override
  public int bind(int socket, long address, int addressBytes) {
    return result(libc.bind(socket, address, addressBytes));
  }

  @Override
  public int getsockname(int socket, long address, long addressBytes) {
    return result(libc.getsockname(socket, address, addressBytes));
  }

  @Override
  public int setsockopt(int socket, int level, int option, long value, int valueBytes) {
    return result(libc.setsockopt(socket, level, option, value, valueBytes));
  }

  @Override
  public int getsockopt(int socket, int level, int option, long value, long valueBytes) {
    return result(libc.getsockopt(socket, level, option, value, valueBytes));
  }

  @Override
  public int recvmsg(int socket, long message, int flags) {
    return result(libc.recvmsg(socket, message, flags));
  }

  @Override
  public int recvmmsg(int socket, long messages, int count, int flags) {
    return result(libc.recvmmsg(socket, messages, count, flags, 0));
  }

  @Override
  public int sendmsg(int socket, long message, int flags) {
    return result(libc.sendmsg(socket, message, flags));
  }

  @Override
  public int sendmmsg(int socket, long messages, int count, int flags) {
    return result(libc.sendmmsg(socket, messages, count, flags));
  }

  @Override
  public int shutdown(int socket, int how) {
    return result(libc.shutdown(socket, how));
  }

  @Override
  public int close(int descriptor) {
    return result(libc.close(descriptor));
  }

  @Override
  public int schedYield() {
    return result(libc.sched_yield());
  }

  @Override
  public String strerror(int errno) {
    return libc.strerror(errno);
  }

  @Override
  public long address(ByteBuffer direct) {
    return Pointer.wrap(runtime, direct.duplicate().clear()).address();
  }
}
