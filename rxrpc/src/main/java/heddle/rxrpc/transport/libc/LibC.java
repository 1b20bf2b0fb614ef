package heddle.rxrpc.transport.libc;

/**
 * Functions of the C library, as the manual pages have them; an address is a {@code long}, as is
 * {@code ssize_t}. Each returns -1 and sets {@code errno} when it fails.
 */
public interface LibC {
  int socket(int domain, int type, int protocol);

  int bind(int socket, long address, int addressBytes);

  int getsockname(int socket, long address, long addressBytes);

  int setsockopt(int socket, int level, int option, long value, int valueBytes);

  int getsockopt(int socket, int level, int option, long value, long valueBytes);

  long recvmsg(int socket, long message, int flags);

  int recvmmsg(int socket, long messages, int count, int flags, long timeout);

  long sendmsg(int socket, long message, int flags);

  int sendmmsg(int socket, long messages, int count, int flags);

  int shutdown(int socket, int how);

  int close(int descriptor);

  int sched_yield();

  String strerror(int errno);
}
