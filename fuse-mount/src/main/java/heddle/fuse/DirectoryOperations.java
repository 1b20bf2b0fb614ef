package heddle.fuse;

import heddle.afs.AfsException;
import heddle.fuse.Structs.FileInfo;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Open directories. Thread-safe. */
final class DirectoryOperations {
  private final HandleTable<OpenDirectory> directories = new HandleTable<>(FuseAdapter.MAX_OPEN);
  private final MountState state;

  DirectoryOperations(MountState state) {
    this.state = state;
  }

  int opendir(@Nullable Pointer path, Pointer fileInfo) {
    return state.runner().onPath("opendir", path, mountPath -> opendir(mountPath, fileInfo));
  }

  private int opendir(MountPath path, Pointer fileInfo) throws AfsException {
    if (state.isEnding()) {
      return Errno.EIO.result();
    }
    OpenDirectory directory =
        OpenDirectory.open(state.tree(), state.credentials().requester().caller(), path);
    int result = FuseAdapter.give(directories.add(directory), fileInfo);
    if (result != 0) {
      directory.close();
    }
    return result;
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

  private int onDirectory(
      String operation, @Nullable OpenDirectory open, OperationRunner.Body<OpenDirectory> body) {
    return open == null
        ? OperationRunner.noSuchHandle(operation)
        : state.runner().run(operation, open.path(), () -> body.run(open));
  }
}
