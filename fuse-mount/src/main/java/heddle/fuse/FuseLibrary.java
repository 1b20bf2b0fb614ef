package heddle.fuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libfuse 2 and of the C library that a mount needs. jnr-fuse's own binding only
 * has {@code fuse_main_real}, whose loop makes native threads without end, each attached to the JVM
 * anew.
 */
final class FuseLibrary {
  private FuseLibrary() {}

  /** libfuse 2.9, by the names of its C functions. */
  public interface Fuse {
    @Nullable Pointer fuse_setup(
        int argc,
        Pointer argv,
        Pointer operations,
        @size_t long operationsSize,
        Pointer mountPointOut,
        Pointer multithreadedOut,
        @Nullable Pointer userData);

    Pointer fuse_get_session(Pointer fuse);

    Pointer fuse_session_next_chan(Pointer session, @Nullable Pointer channel);

    @size_t
    long fuse_chan_bufsize(Pointer channel);

    int fuse_chan_fd(Pointer channel);

    Pointer fuse_kern_chan_new(int fd);

    void fuse_chan_destroy(Pointer channel);

    int fuse_session_receive_buf(Pointer session, Pointer buffer, Pointer channelInOut);

    void fuse_session_process_buf(Pointer session, Pointer buffer, Pointer channel);

    int fuse_set_signal_handlers(Pointer session);

    void fuse_teardown(Pointer fuse, Pointer mountPoint);

    Pointer fuse_get_context();
  }

  /** A few calls of the C library that Java has no other way to. */
  public interface C {
    int umount2(Pointer path, int flags);

    int geteuid();

    void _exit(int code);

    @ssize_t
    long getxattr(Pointer path, Pointer name, Pointer value, @size_t long size);

    int open(String path, int flags);

    int poll(Pointer descriptors, @size_t long count, int timeoutMillis);

    int pipe(Pointer descriptors);

    int close(int fd);

    int dup2(int fd, int as);

    @size_t
    long read(int fd, Pointer buffer, @size_t long count);

    @size_t
    long write(int fd, Pointer buffer, @size_t long count);
  }

  /**
   * Loads libfuse 2.
   *
   * @throws MountException if it is not installed
   */
  static Fuse loadFuse() throws MountException {
    try {
      return LibraryLoader.create(Fuse.class).failImmediately().load("libfuse.so.2");
    } catch (UnsatisfiedLinkError e) {
      throw new MountException("libfuse 2 is missing; on Debian: apt-get install libfuse2 fuse", e);
    }
  }

  static C loadC() {
    return LibraryLoader.create(C.class).failImmediately().load("c");
  }
}
