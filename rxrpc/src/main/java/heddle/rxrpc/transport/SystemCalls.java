package heddle.rxrpc.transport;

import java.nio.ByteBuffer;

/**
 * The socket calls of the kernel. Each returns what the call returns, or the negative {@code errno}
 * if it failed.
 */
interface SystemCalls {
  int socket(int domain, int type);

  int bind(int socket, long address, int addressBytes);

  int getsockname(int socket, long address, long addressBytes);

  int setsockopt(int socket, int level, int option, long value, int valueBytes);

  int getsockopt(int socket, int level, int option, long value, long valueBytes);

  int recvmsg(int socket, long message, int flags);

  int recvmmsg(int socket, long messages, int count, int flags);

  int sendmsg(int socket, long message, int flags);

  int sendmmsg(int socket, long messages, int count, int flags);

  int shutdown(int socket, int how);

  int close(int descriptor);

  /** Lets another thread have this processor if one waits for it. */
  int schedYield();

  /** Returns in words what {@code errno} means. */
  String strerror(int errno);

  /** Returns where the memory of a direct buffer begins. */
  long address(ByteBuffer direct);
}
