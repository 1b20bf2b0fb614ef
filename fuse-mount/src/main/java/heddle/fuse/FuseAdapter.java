package heddle.fuse;

import heddle.afs.Fid;
import heddle.fuse.Structs.ConnectionInfo;
import heddle.fuse.Structs.FileInfo;
import java.util.Optional;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel asks for, put to an {@link AfsTree}; conversion only. The operations are in one
 * class for each kind of thing that they are about. Thread-safe; each operation runs on the FUSE
 * thread that received it and blocks that thread for as long as the tree does.
 */
final class FuseAdapter {
  /** Greatest number of files, and of directories, that can be open at once. */
  static final int MAX_OPEN = 1 << 16;

  /**
   * Reads that the kernel may have under way on its own account, read-ahead above all: all that
   * come through its pages are. As many that wait stop everybody's, and nobody here knows of those
   * that they stop; so they are to be stopped by a want of threads, which is seen.
   */
  private static final int MAX_BACKGROUND = 2 * FuseSession.MAX_THREADS;

  private final MountState state;
  private final PathOperations paths;
  private final NameOperations names;
  private final FileOperations files;
  private final LockOperations locks;
  private final DirectoryOperations directories;
  private final ExtendedAttributes attributes;

  FuseAdapter(
      AfsTree tree, Credentials credentials, LongSupplier nanoClock, MountOptions.Access access) {
    this(tree, credentials, nanoClock, access, LinkTargets.AS_STORED, Owners.AS_IN_AFS);
  }

  FuseAdapter(
      AfsTree tree,
      Credentials credentials,
      LongSupplier nanoClock,
      MountOptions.Access access,
      LinkTargets links,
      Owners owners) {
    state = new MountState(tree, credentials, nanoClock, access, owners);
    names = new NameOperations(state);
    paths = new PathOperations(state, links);
    files = new FileOperations(state);
    locks = new LockOperations(state);
    directories = new DirectoryOperations(state);
    attributes = new ExtendedAttributes(state);
  }

  /** From now on nothing can be opened, nor written: what is there is being stored. */
  void end() {
    state.end();
  }

  /** Returns the path by which somebody here knows the file, if anybody does. */
  Optional<MountPath> pathOf(Fid file) {
    Optional<MountPath> open =
        state.files().values().stream()
            .filter(each -> each.file().fid().equals(file))
            .map(OpenFile::path)
            .findFirst();
    return open.or(() -> state.kernel().pathOf(file));
  }

  PathOperations paths() {
    return paths;
  }

  NameOperations names() {
    return names;
  }

  FileOperations files() {
    return files;
  }

  LockOperations locks() {
    return locks;
  }

  DirectoryOperations directories() {
    return directories;
  }

  ExtendedAttributes attributes() {
    return attributes;
  }

  @Nullable Pointer init(Pointer connection) {
    state
        .runner()
        .run(
            "init",
            "",
            () -> {
              connection.putInt(ConnectionInfo.MAX_BACKGROUND, MAX_BACKGROUND);
              connection.putInt(ConnectionInfo.CONGESTION_THRESHOLD, MAX_BACKGROUND);
              return 0;
            });
    return null;
  }

  /** Gives the kernel its handle; too many may be open. */
  static int give(Optional<Long> handle, Pointer fileInfo) {
    handle.ifPresent(number -> FileInfo.setHandle(fileInfo, number));
    return handle.isPresent() ? 0 : Errno.ENFILE.result();
  }

  boolean isReadOnly() {
    return state.isReadOnly();
  }

  int refuseChange() {
    return Errno.EROFS.result();
  }
}
