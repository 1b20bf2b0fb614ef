package heddle.fuse;

import static java.util.Objects.requireNonNull;

import com.kenai.jffi.MemoryIO;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.fuse.Structs.ConnectionInfo;
import heddle.fuse.Structs.FileInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the kernel asks for, put to an {@link AfsTree}; conversion only. Thread-safe; each operation
 * runs on the FUSE thread that received it and blocks that thread for as long as the tree does.
 *
 * <p>Every operation goes through {@link #run}: nothing is thrown into native code, where jnr-fuse
 * would make a success of it.
 */
final class FuseAdapter {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  private static final int MAX_OPEN = 1 << 16;
  private static final int ACCESS_MODE = 3; // of open flags
  private static final int READ_ONLY = 0;
  private static final int WRITE_ACCESS = 2; // of access(2)

  /**
   * Reads that the kernel may have under way on its own account, read-ahead above all. Its default
   * of 12 lets a dozen blocked ones stop everybody's.
   */
  private static final int MAX_BACKGROUND = 192;

  private final AfsTree tree;
  private final Credentials credentials;
  private final LongSupplier nanoClock;
  private final KernelView kernel = new KernelView();
  private final HandleTable<OpenFile> files = new HandleTable<>(MAX_OPEN);
  private final HandleTable<OpenDirectory> directories = new HandleTable<>(MAX_OPEN);
  private final RefusedTokens refusals = new RefusedTokens();
  private volatile boolean refusingOpens;

  FuseAdapter(AfsTree tree, Credentials credentials, LongSupplier nanoClock) {
    this.tree = tree;
    this.credentials = credentials;
    this.nanoClock = nanoClock;
  }

  /** From now on nothing can be opened. */
  void refuseOpens() {
    refusingOpens = true;
  }

  @Nullable Pointer init(Pointer connection) {
    run(
        "init",
        "",
        () -> {
          connection.putInt(ConnectionInfo.MAX_BACKGROUND, MAX_BACKGROUND);
          connection.putInt(ConnectionInfo.CONGESTION_THRESHOLD, MAX_BACKGROUND);
          return 0;
        });
    return null;
  }

  int getattr(@Nullable Pointer path, Pointer stat) {
    return onPath("getattr", path, mountPath -> getattr(mountPath, stat));
  }

  private int getattr(MountPath path, Pointer stat) throws AfsException {
    Requester requester = credentials.requester();
    FileStatus status;
    try {
      status = tree.stat(requester.caller(), path.afsPath(), FinalLink.KEEP);
    } catch (AfsException.NoSuchFile e) {
      kernel.gone(path.key());
      throw e;
    }
    StatWriter.write(status, stat);
    if (status.type() == FileType.FILE) {
      kernel.told(path.key(), status, requester.thread(), nanoClock.getAsLong());
    }
    return 0;
  }

  int fgetattr(@Nullable Pointer path, Pointer stat, Pointer fileInfo) {
    return onFile(
        "fgetattr",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          StatWriter.write(open.file().status(), stat);
          return 0;
        });
  }

  int readlink(Pointer path, @Nullable Pointer buffer, long size) {
    return onPath(
        "readlink",
        path,
        mountPath -> {
          byte[] target = tree.readLink(credentials.requester().caller(), mountPath.afsPath());
          int length = (int) Math.min(target.length, size - 1); // cut off, as readlink(2) does
          requireNonNull(buffer).put(0, target, 0, length);
          buffer.putByte(length, (byte) 0);
          return 0;
        });
  }

  int access(Pointer path, int mask) {
    return onPath(
        "access",
        path,
        mountPath -> {
          FileStatus status =
              tree.stat(credentials.requester().caller(), mountPath.afsPath(), FinalLink.KEEP);
          if ((mask & WRITE_ACCESS) != 0) {
            return Errno.EROFS.result();
          }
          return StatWriter.mayAccess(status, mask) ? 0 : Errno.EACCES.result();
        });
  }

  int statfs(@Nullable Pointer path, Pointer statVfs) {
    return onPath(
        "statfs",
        path,
        mountPath -> {
          StatWriter.write(
              tree.volumeStatus(credentials.requester().caller(), mountPath.afsPath()), statVfs);
          return 0;
        });
  }

  int open(@Nullable Pointer path, Pointer fileInfo) {
    return onPath("open", path, mountPath -> open(mountPath, fileInfo));
  }

  private int open(MountPath path, Pointer fileInfo) throws AfsException {
    if (refusingOpens) {
      return Errno.EIO.result();
    }
    if ((FileInfo.openFlags(fileInfo) & ACCESS_MODE) != READ_ONLY) {
      return Errno.EROFS.result();
    }
    Requester requester = credentials.requester();
    AfsFile file;
    try {
      file = tree.open(requester.caller(), path.afsPath(), FinalLink.KEEP);
    } catch (AfsException.NoSuchFile | AfsException.IsADirectory e) { // not as the kernel believes
      if (kernel.missing(path.key(), requester.thread())) {
        return Errno.ESTALE.result();
      }
      throw e;
    }
    int result = Errno.EIO.result();
    try {
      result = present(new OpenFile(path, file, nanoClock), requester, fileInfo);
    } finally {
      if (result != 0) {
        file.close();
      }
    }
    return result;
  }

  private int present(OpenFile open, Requester requester, Pointer fileInfo) throws AfsException {
    FileStatus status = open.file().status();
    AccessRights rights = open.file().rights(); // those in the status may be of yesterday
    boolean mayRead = rights.contains(AccessRights.READ);
    if (!mayRead && !rights.contains(AccessRights.INSERT)) {
      return Errno.EACCES.result();
    }
    if (!mayRead) { // in a drop box its owner may: the server knows, and pages of others do not
      open.file().read(ByteBuffer.allocate(1), 0);
    }
    switch (opening(mayRead, open, status, requester)) {
      case LOOK_UP_AGAIN -> {
        return Errno.ESTALE.result();
      }
      case DROP_PAGES -> {}
      case KEEP_PAGES -> FileInfo.setBits(fileInfo, FileInfo.KEEP_CACHE);
      case BYPASS_CACHES -> FileInfo.setBits(fileInfo, FileInfo.DIRECT_IO);
    }
    return give(files.add(open), fileInfo);
  }

  private KernelView.Opening opening(
      boolean mayRead, OpenFile open, FileStatus status, Requester requester) {
    String path = open.path().key();
    long nowNanos = nanoClock.getAsLong();
    return mayRead
        ? kernel.open(path, status, requester.thread(), nowNanos)
        : kernel.openDirectly(path, status, requester.thread(), nowNanos);
  }

  int read(@Nullable Pointer path, Pointer buffer, long size, long offset, Pointer fileInfo) {
    return onFile(
        "read",
        files.find(FileInfo.handle(fileInfo)),
        open ->
            open.read(
                MemoryIO.getInstance().newDirectByteBuffer(buffer.address(), (int) size), offset));
  }

  int release(@Nullable Pointer path, Pointer fileInfo) {
    return onFile(
        "release",
        files.remove(FileInfo.handle(fileInfo)),
        open -> {
          open.file().close();
          return 0;
        });
  }

  int opendir(@Nullable Pointer path, Pointer fileInfo) {
    return onPath("opendir", path, mountPath -> opendir(mountPath, fileInfo));
  }

  private int opendir(MountPath path, Pointer fileInfo) throws AfsException {
    if (refusingOpens) {
      return Errno.EIO.result();
    }
    OpenDirectory directory = OpenDirectory.open(tree, credentials.requester().caller(), path);
    int result = give(directories.add(directory), fileInfo);
    if (result != 0) {
      directory.close();
    }
    return result;
  }

  private static int give(Optional<Long> handle, Pointer fileInfo) {
    handle.ifPresent(number -> FileInfo.setHandle(fileInfo, number));
    return handle.isPresent() ? 0 : Errno.ENFILE.result();
  }

  int readdir(
      @Nullable Pointer path, Pointer buffer, Pointer filler, long offset, Pointer fileInfo) {
    return onDirectory(
        "readdir",
        directories.find(FileInfo.handle(fileInfo)),
        directory -> {
          directory.fill(buffer, filler, offset);
          return 0;
        });
  }

  int releasedir(@Nullable Pointer path, Pointer fileInfo) {
    return onDirectory(
        "releasedir",
        directories.remove(FileInfo.handle(fileInfo)),
        directory -> {
          directory.close();
          return 0;
        });
  }

  /** There is one attribute, of the root: where users set their tokens. */
  int getxattr(Pointer path, Pointer name, @Nullable Pointer buffer, long size) {
    return onPath(
        "getxattr",
        path,
        mountPath -> {
          if (!mountPath.isRoot()
              || !MountPath.read(name).key().equals(RunningMount.CONTROL_ATTRIBUTE)
              || credentials.controlSocket().isEmpty()) {
            return Errno.ENODATA.result();
          }
          byte[] value = credentials.controlSocket().get().getBytes(StandardCharsets.UTF_8);
          if (size > 0 && size < value.length) {
            return Errno.ERANGE.result();
          }
          if (size > 0) {
            requireNonNull(buffer).put(0, value, 0, value.length);
          }
          return value.length;
        });
  }

  int listxattr(Pointer path, @Nullable Pointer buffer, long size) {
    return 0; // none
  }

  int refuseChange() {
    return Errno.EROFS.result();
  }

  private int onPath(String operation, @Nullable Pointer pointer, Body<MountPath> body) {
    MountPath path;
    try {
      path = pointer == null ? MountPath.NONE : MountPath.read(pointer);
    } catch (Throwable e) {
      reportUnexpected(operation, "(unread path)", e);
      return Errno.EIO.result();
    }
    return run(operation, path, () -> body.run(path));
  }

  private int onFile(String operation, @Nullable OpenFile open, Body<OpenFile> body) {
    return open == null
        ? noSuchHandle(operation)
        : run(operation, open.path(), () -> body.run(open));
  }

  private int onDirectory(
      String operation, @Nullable OpenDirectory open, Body<OpenDirectory> body) {
    return open == null
        ? noSuchHandle(operation)
        : run(operation, open.path(), () -> body.run(open));
  }

  private static int noSuchHandle(String operation) {
    LOG.error("{}: the kernel names a handle that is not open", operation);
    return Errno.ESTALE.result();
  }

  /** What an operation does with its subject. */
  @FunctionalInterface
  private interface Body<T> {
    /** Returns what FUSE's operation returns: 0 or more for success, else a negative number. */
    int run(T subject) throws AfsException;
  }

  /** An operation with its subject. */
  @FunctionalInterface
  private interface Operation {
    int run() throws AfsException;
  }

  /** Runs {@code body}; whatever it throws becomes an error number. */
  private int run(String operation, Object subject, Operation body) {
    long startNanos = LOG.isDebugEnabled() ? System.nanoTime() : 0;
    int result;
    try {
      result = body.run();
    } catch (AfsException e) {
      result = Errno.of(e).result();
      report(operation, subject, e);
    } catch (Throwable e) { // also an Error: it must not reach native code
      result = Errno.EIO.result();
      reportUnexpected(operation, subject, e);
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{} {} -> {} [{} us]",
          operation,
          subject,
          result < 0 ? Errno.describe(result) : result,
          (System.nanoTime() - startNanos) / 1000);
    }
    return result;
  }

  private void report(String operation, Object subject, AfsException failure) {
    switch (failure) {
      case AfsException.ServersUnreachable e -> warn(operation, subject, e);
      case AfsException.VolumeUnavailable e -> warn(operation, subject, e);
      case AfsException.ProtocolViolation e -> warn(operation, subject, e);
      case AfsException.ServerFailure e -> warn(operation, subject, e);
      case AfsException.TokenRejected e when isNews() -> warn(operation, subject, e);
      case AfsException.Interrupted e -> Thread.interrupted(); // for this operation only
      default -> {} // the caller's own business
    }
  }

  private boolean isNews() {
    return refusals.isNews(credentials.requester().caller().now());
  }

  private static void warn(String operation, Object subject, AfsException failure) {
    LOG.warn("{} {}: {}", operation, subject, failure.getMessage());
  }

  private static void reportUnexpected(String operation, Object subject, Throwable failure) {
    try {
      LOG.error("{} {} failed; the caller gets EIO", operation, subject, failure);
    } catch (Throwable e) {
      // nothing is left to say it with
    }
  }
}
