package heddle.fuse;

import com.kenai.jffi.MemoryIO;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.auth.Caller;
import heddle.fuse.Structs.FileInfo;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Open files: what the kernel asks for to get a handle, and through one. Thread-safe. */
final class FileOperations {
  private static final int ACCESS_MODE = 3; // of open flags
  private static final int READ_ONLY = 0;
  private static final int WRITE_ONLY = 1;
  private static final int TRUNCATE = 01000; // of open flags
  private static final int EXCLUSIVE = 0200; // of open flags

  private final MountState state;
  private final HandleTable<OpenFile> files;

  FileOperations(MountState state) {
    this.state = state;
    this.files = state.files();
  }

  int open(@Nullable Pointer path, Pointer fileInfo) {
    return state.runner().onPath("open", path, mountPath -> open(mountPath, fileInfo));
  }

  private int open(MountPath path, Pointer fileInfo) throws AfsException {
    if (state.isEnding()) {
      return Errno.EIO.result();
    }
    boolean writes = (FileInfo.openFlags(fileInfo) & ACCESS_MODE) != READ_ONLY;
    if (writes && state.isReadOnly()) {
      return Errno.EROFS.result();
    }
    Requester requester = state.credentials().requester();
    AfsFile file;
    try {
      file =
          writes
              ? state.tree().openForWriting(requester.caller(), path.afsPath(), FinalLink.KEEP)
              : state.tree().open(requester.caller(), path.afsPath(), FinalLink.KEEP);
    } catch (AfsException.NoSuchFile | AfsException.IsADirectory e) { // not as the kernel believes
      if (state.kernel().missing(path.key(), requester.thread())) {
        return Errno.ESTALE.result();
      }
      throw e;
    }
    int result = Errno.EIO.result();
    try {
      result = present(new OpenFile(path, file, state.nanoClock()), requester, fileInfo);
    } finally {
      if (result != 0) {
        state.kernel().writtenDirectly(path.key()); // it drops no pages then
        file.close();
      }
    }
    return result;
  }

  int create(Pointer path, int mode, Pointer fileInfo) {
    return state.runner().onPath("create", path, mountPath -> create(mountPath, mode, fileInfo));
  }

  private int create(MountPath path, int mode, Pointer fileInfo) throws AfsException {
    if (state.isEnding()) {
      return Errno.EIO.result();
    }
    AfsFile file;
    try {
      Requester requester = state.credentials().requester();
      file = state.tree().create(requester.caller(), path.afsPath(), requester.initial(mode));
    } catch (AfsException.FileExists e) { // another client was faster
      if ((FileInfo.openFlags(fileInfo) & EXCLUSIVE) != 0) {
        throw e;
      }
      int result = open(path, fileInfo);
      state.kernel().writtenDirectly(path.key()); // it is told of the file with the same answer
      return result;
    }
    int result = FuseAdapter.give(files.add(new OpenFile(path, file, state.nanoClock())), fileInfo);
    if (result != 0) {
      file.close();
    }
    return result;
  }

  private int present(OpenFile open, Requester requester, Pointer fileInfo) throws AfsException {
    FileStatus status = open.file().status();
    AccessRights rights = open.file().rights(); // those in the status may be of yesterday
    boolean mayRead = rights.contains(AccessRights.READ);
    boolean reads = (FileInfo.openFlags(fileInfo) & ACCESS_MODE) != WRITE_ONLY;
    if (reads && !mayRead && !rights.contains(AccessRights.INSERT)) {
      return Errno.EACCES.result();
    }
    if (reads
        && !mayRead) { // in a drop box its owner may: the server knows, and pages of others do not
      open.file().read(ByteBuffer.allocate(1), 0);
    }
    boolean truncates = (FileInfo.openFlags(fileInfo) & TRUNCATE) != 0;
    switch (opening(mayRead, open, status, requester)) {
      case LOOK_UP_AGAIN -> {
        return Errno.ESTALE.result();
      }
      case DROP_PAGES -> {}
      case KEEP_PAGES -> {
        if (!truncates) { // no page of it stays good
          FileInfo.setBits(fileInfo, FileInfo.KEEP_CACHE);
        }
      }
      case BYPASS_CACHES -> {
        FileInfo.setBits(fileInfo, FileInfo.DIRECT_IO);
        open.bypassesPages();
      }
    }
    open.pagesAreOf(status.foreignVersion());
    if (truncates) {
      truncate(open.path(), open.file(), 0);
    }
    return FuseAdapter.give(files.add(open), fileInfo);
  }

  private KernelView.Opening opening(
      boolean mayRead, OpenFile open, FileStatus status, Requester requester) {
    String path = open.path().key();
    long nowNanos = state.nanoClock().getAsLong();
    return mayRead && status.linkCount() <= 1 // else the kernel has pages for each name
        ? state.kernel().open(path, status, requester.thread(), nowNanos)
        : state.kernel().openDirectly(path, status, requester.thread(), nowNanos);
  }

  int fgetattr(@Nullable Pointer path, Pointer stat, Pointer fileInfo) {
    return onFile(
        "fgetattr",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          FileStatus status = open.file().status();
          StatWriter.write(status, state.owners().shown(status), stat);
          int thread = state.credentials().requester().thread();
          state.kernel().told(open.path().key(), status, thread, state.nanoClock().getAsLong());
          return 0;
        });
  }

  int read(@Nullable Pointer path, Pointer buffer, long size, long offset, Pointer fileInfo) {
    return onFile(
        "read",
        files.find(FileInfo.handle(fileInfo)),
        open ->
            open.read(
                MemoryIO.getInstance().newDirectByteBuffer(buffer.address(), (int) size), offset));
  }

  int write(@Nullable Pointer path, Pointer buffer, long size, long offset, Pointer fileInfo) {
    return onFile(
        "write",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          if (state.isEnding() && !FileInfo.isOfMapping(fileInfo)) { // that was written before
            return Errno.EIO.result();
          }
          dropSetId(open.file());
          open.file()
              .write(
                  MemoryIO.getInstance().newDirectByteBuffer(buffer.address(), (int) size), offset);
          written(open.path(), open.file());
          if (open.isBypassingPages()) {
            state.kernel().writtenDirectly(open.path().key());
          }
          return (int) size;
        });
  }

  private static void dropSetId(AfsFile file) throws AfsException {
    CurrentRequest request = CurrentRequest.ofThread();
    if (request.dropsSetId() && file.dropSetId()) {
      request.setIdDropped();
    }
  }

  private void written(MountPath path, AfsFile file) {
    state.kernel().written(path.key(), file.fid());
  }

  private void truncate(MountPath path, AfsFile file, long length) throws AfsException {
    dropSetId(file);
    file.truncate(length);
    written(path, file);
  }

  int truncate(Pointer path, long length) {
    return state
        .runner()
        .onPath(
            "truncate",
            path,
            mountPath -> {
              if (state.isEnding()) {
                return Errno.EIO.result();
              }
              Caller caller = state.credentials().requester().caller();
              try (AfsFile file =
                  state.tree().openForWriting(caller, mountPath.afsPath(), FinalLink.KEEP)) {
                truncate(mountPath, file, length);
                file.flush();
              }
              return 0;
            });
  }

  int ftruncate(@Nullable Pointer path, long length, Pointer fileInfo) {
    return onFile(
        "ftruncate",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          if (state.isEnding()) {
            return Errno.EIO.result();
          }
          truncate(open.path(), open.file(), length);
          return 0;
        });
  }

  /** Comes at each close of a descriptor: what it returns, the close returns. */
  int flush(@Nullable Pointer path, Pointer fileInfo) {
    return onFile(
        "flush",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          try {
            if (!isDoomed(open)) {
              open.file().flush();
            }
          } finally { // a process that closes any descriptor of a file has no lock on it any more
            LockOwner closing = LockOwner.ofRanges(FileInfo.lockOwner(fileInfo));
            open.file().locks().unlock(closing, LockRange.WHOLE);
          }
          return 0;
        });
  }

  /** Nobody will read what was written to a file without a name once it is closed. */
  private boolean isDoomed(OpenFile open) throws AfsException {
    return state.hidden().isHidden(open.file().fid()) && open.file().status().linkCount() <= 1;
  }

  int fsync(@Nullable Pointer path, int dataOnly, Pointer fileInfo) {
    return onFile(
        "fsync",
        files.find(FileInfo.handle(fileInfo)),
        open -> {
          open.file().sync();
          return 0;
        });
  }

  int release(@Nullable Pointer path, Pointer fileInfo) {
    return onFile(
        "release",
        files.remove(FileInfo.handle(fileInfo)),
        open -> {
          try { // the data of a file that is removed while it is open are not stored
            state.hidden().removeIfClosed(open.file().fid());
          } finally {
            open.file().close();
          }
          return 0;
        });
  }

  private int onFile(
      String operation, @Nullable OpenFile open, OperationRunner.Body<OpenFile> body) {
    return open == null
        ? OperationRunner.noSuchHandle(operation)
        : state.runner().run(operation, open.path(), () -> body.run(open));
  }
}
