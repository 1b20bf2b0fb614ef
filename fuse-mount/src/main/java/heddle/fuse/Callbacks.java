package heddle.fuse;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * The C shapes of FUSE's operations. jnr-fuse's own callbacks take a path as a {@code String},
 * decoded as UTF-8 with replacement, so that two names of other bytes become one; these take the
 * pointer. Operations of one shape share one interface: for each of them jnr-ffi makes a class at
 * start.
 */
final class Callbacks {
  private Callbacks() {}

  /**
   * getattr, open, release, opendir, releasedir, statfs, utimens; the path may be absent where a
   * handle is.
   */
  @FunctionalInterface
  public interface PathAndStruct {
    @Delegate
    int call(@Nullable Pointer path, Pointer struct);
  }

  /** fgetattr. */
  @FunctionalInterface
  public interface PathAndTwoStructs {
    @Delegate
    int call(@Nullable Pointer path, Pointer struct, Pointer fileInfo);
  }

  /** access, mkdir, chmod. */
  @FunctionalInterface
  public interface PathAndInt {
    @Delegate
    int call(Pointer path, int value);
  }

  /** unlink, rmdir. */
  @FunctionalInterface
  public interface PathOnly {
    @Delegate
    int call(Pointer path);
  }

  /** symlink (with the target first), rename, link, removexattr (with a name). */
  @FunctionalInterface
  public interface TwoPaths {
    @Delegate
    int call(Pointer first, Pointer second);
  }

  /** chown. */
  @FunctionalInterface
  public interface PathAndTwoInts {
    @Delegate
    int call(Pointer path, int first, int second);
  }

  /** mknod. */
  @FunctionalInterface
  public interface PathModeAndDevice {
    @Delegate
    int call(Pointer path, int mode, long device);
  }

  /** create. */
  @FunctionalInterface
  public interface PathModeAndStruct {
    @Delegate
    int call(Pointer path, int mode, Pointer fileInfo);
  }

  /** setxattr. */
  @FunctionalInterface
  public interface PathNameAndValue {
    @Delegate
    int call(Pointer path, Pointer name, @Nullable Pointer value, @size_t long size, int flags);
  }

  /** truncate. */
  @FunctionalInterface
  public interface PathAndLength {
    @Delegate
    int call(Pointer path, @off_t long length);
  }

  /** ftruncate. */
  @FunctionalInterface
  public interface PathLengthAndStruct {
    @Delegate
    int call(@Nullable Pointer path, @off_t long length, Pointer fileInfo);
  }

  /** fsync. */
  @FunctionalInterface
  public interface PathIntAndStruct {
    @Delegate
    int call(@Nullable Pointer path, int value, Pointer fileInfo);
  }

  /** readlink, listxattr. */
  @FunctionalInterface
  public interface PathAndBuffer {
    @Delegate
    int call(Pointer path, @Nullable Pointer buffer, @size_t long size);
  }

  /** getxattr. */
  @FunctionalInterface
  public interface PathNameAndBuffer {
    @Delegate
    int call(Pointer path, Pointer name, @Nullable Pointer buffer, @size_t long size);
  }

  /** read, write. */
  @FunctionalInterface
  public interface Read {
    @Delegate
    int call(
        @Nullable Pointer path,
        Pointer buffer,
        @size_t long size,
        @off_t long offset,
        Pointer fileInfo);
  }

  /** readdir. */
  @FunctionalInterface
  public interface ReadDirectory {
    @Delegate
    int call(
        @Nullable Pointer path,
        Pointer buffer,
        Pointer filler,
        @off_t long offset,
        Pointer fileInfo);
  }

  /** init. */
  @FunctionalInterface
  public interface Init {
    @Delegate
    @Nullable Pointer call(Pointer connection);
  }

  /**
   * Any operation that is refused whatever its arguments: the C calling conventions of 64-bit Linux
   * let a function take fewer arguments than it is given.
   */
  @FunctionalInterface
  public interface Refusal {
    @Delegate
    int call();
  }
}
