package heddle.fuse;

import static java.util.Objects.requireNonNull;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** What the kernel asks for by path and opens nothing for. Thread-safe. */
final class PathOperations {
  private static final int WRITE_ACCESS = 2; // of access(2)

  private final MountState state;
  private final LinkTargets links;

  PathOperations(MountState state, LinkTargets links) {
    this.state = state;
    this.links = links;
  }

  int getattr(@Nullable Pointer path, Pointer stat) {
    return state.runner().onPath("getattr", path, mountPath -> getattr(mountPath, stat));
  }

  private int getattr(MountPath path, Pointer stat) throws AfsException {
    Requester requester = state.credentials().requester();
    FileStatus status;
    try {
      status = state.tree().stat(requester.caller(), path.afsPath(), FinalLink.KEEP);
    } catch (AfsException.NoSuchFile | AfsException.NoSuchCell e) {
      state.kernel().gone(path.key());
      if (CurrentRequest.ofThread().isOfKnownFile()) {
        return Errno.ESTALE.result(); // a path is looked up again; an open file is not there
      }
      throw e;
    }
    StatWriter.write(status, state.owners().shown(status), stat);
    if (status.type() == FileType.FILE) {
      state.kernel().told(path.key(), status, requester.thread(), state.nanoClock().getAsLong());
    }
    return 0;
  }

  int readlink(Pointer path, @Nullable Pointer buffer, long size) {
    return state
        .runner()
        .onPath(
            "readlink",
            path,
            mountPath -> {
              Caller caller = state.credentials().requester().caller();
              byte[] target = links.shown(state.tree().readLink(caller, mountPath.afsPath()));
              int length = (int) Math.min(target.length, size - 1); // cut off, as readlink(2) does
              requireNonNull(buffer).put(0, target, 0, length);
              buffer.putByte(length, (byte) 0);
              return 0;
            });
  }

  int access(Pointer path, int mask) {
    return state
        .runner()
        .onPath(
            "access",
            path,
            mountPath -> {
              Caller caller = state.credentials().requester().caller();
              FileStatus status = state.tree().stat(caller, mountPath.afsPath(), FinalLink.KEEP);
              if ((mask & WRITE_ACCESS) != 0
                  && (state.isReadOnly() || state.tree().isReadOnly(caller, mountPath.afsPath()))) {
                return Errno.EROFS.result();
              }
              AccessRights rights = mask == 0 ? status.rights() : rights(caller, mountPath, status);
              return StatWriter.mayAccess(status, rights, mask) ? 0 : Errno.EACCES.result();
            });
  }

  /** The directory decides on the rights to a file; the file's status may have those of before. */
  private AccessRights rights(Caller caller, MountPath path, FileStatus status)
      throws AfsException {
    if (status.type() != FileType.FILE) {
      return status.rights();
    }
    try (AfsFile file = state.tree().open(caller, path.afsPath(), FinalLink.KEEP)) {
      return file.rights();
    }
  }

  int statfs(@Nullable Pointer path, Pointer statVfs) {
    return state
        .runner()
        .onPath(
            "statfs",
            path,
            mountPath -> {
              StatWriter.write(
                  state
                      .tree()
                      .volumeStatus(state.credentials().requester().caller(), mountPath.afsPath()),
                  statVfs);
              return 0;
            });
  }
}
