package heddle.control;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.SaveError;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the C library for Unix sockets. Java has such sockets, but gives the peer's user by
 * name only, and names can be anything.
 */
public interface SocketCalls {
  /** Makes a socket. */
  @SaveError
  int socket(int domain, int type, int protocol);

  /** Gives a socket its name. */
  @SaveError
  int bind(int fd, Pointer address, int addressBytes);

  /** Begins to take connections. */
  @SaveError
  int listen(int fd, int backlog);

  /** Takes a connection. */
  @SaveError
  int accept4(int fd, @Nullable Pointer address, @Nullable Pointer addressBytes, int flags);

  /** Connects to a socket. */
  @SaveError
  int connect(int fd, Pointer address, int addressBytes);

  /** Reads an option. */
  @SaveError
  int getsockopt(int fd, int level, int option, Pointer value, Pointer valueBytes);

  /** Sets an option. */
  @SaveError
  int setsockopt(int fd, int level, int option, Pointer value, int valueBytes);

  /** Receives bytes. */
  @SaveError
  @ssize_t
  long recv(int fd, Pointer buffer, @size_t long bytes, int flags);

  /** Sends bytes. */
  @SaveError
  @ssize_t
  long send(int fd, Pointer buffer, @size_t long bytes, int flags);

  /** Ends a connection, or wakes who waits for one. */
  int shutdown(int fd, int how);

  /** Gives a descriptor back. */
  int close(int fd);

  /** Loads the C library. */
  static SocketCalls load() {
    return LibraryLoader.create(SocketCalls.class).failImmediately().load("c");
  }
}
