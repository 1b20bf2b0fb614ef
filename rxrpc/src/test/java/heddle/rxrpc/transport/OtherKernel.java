package heddle.rxrpc.transport;

import java.nio.ByteBuffer;

/** The kernel of this machine, for tests to change what it says. */
class OtherKernel implements SystemCalls {
  private final SystemCalls calls;

  OtherKernel(SystemCalls calls) {
    this.calls = calls;
  }

  @Override
  public int socket(int domain, int type) {
    return calls.socket(domain, type);
  }

  @Override
  public int bind(int socket, long address, int addressBytes) {
    return calls.bind(socket, address, addressBytes);
  }

  @Override
  public int getsockname(int socket, long address, long addressBytes) {
    return calls.getsockname(socket, address, addressBytes);
  }

  @Override
  public int setsockopt(int socket, int level, int option, long value, int valueBytes) {
    return calls.setsockopt(socket, level, option, value, valueBytes);
  }

  @Override
  public int getsockopt(int socket, int level, int option, long value, long valueBytes) {
    return calls.getsockopt(socket, level, option, value, valueBytes);
  }

  @Override
  public int recvmsg(int socket, long message, int flags) {
    return calls.recvmsg(socket, message, flags);
  }

  @Override
  public int recvmmsg(int socket, long messages, int count, int flags) {
    return calls.recvmmsg(socket, messages, count, flags);
  }

  @Override
  public int sendmsg(int socket, long message, int flags) {
    return calls.sendmsg(socket, message, flags);
  }

  @Override
  public int sendmmsg(int socket, long messages, int count, int flags) {
    return calls.sendmmsg(socket, messages, count, flags);
  }

  @Override
  public int shutdown(int socket, int how) {
    return calls.shutdown(socket, how);
  }

  @Override
  public int schedYield() {
    return calls.schedYield();
  }

  @Override
  public int close(int descriptor) {
    return calls.close(descriptor);
  }

  @Override
  public String strerror(int errno) {
    return calls.strerror(errno);
  }

  @Override
  public long address(ByteBuffer direct) {
    return calls.address(direct);
  }
}
