package heddle.fuse;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;
import heddle.fuse.Structs.Timespec;
import java.time.Instant;
import java.util.Optional;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Changes of names and of what files are shown as. Thread-safe. */
final class NameOperations {
  private static final int TYPE = 0170000; // of st_mode
  private static final int REGULAR = 0100000;
  private static final int PERMISSIONS = 07777;
  private static final int LINK = 0777;
  private static final int UNCHANGED = -1; // of owner and group
  private static final int MODIFIED = Timespec.SIZE; // the second of two

  private final MountState state;
  private final HiddenNames hidden = new HiddenNames();

  NameOperations(MountState state) {
    this.state = state;
  }

  private Caller caller() {
    return state.credentials().requester().caller();
  }

  /** What an operation does; its success is 0. */
  @FunctionalInterface
  private interface Change {
    void make(MountPath path) throws AfsException;
  }

  private int change(String operation, @Nullable Pointer path, Change change) {
    return state
        .runner()
        .onPath(
            operation,
            path,
            mountPath -> {
              change.make(mountPath);
              return 0;
            });
  }

  int mkdir(Pointer path, int mode) {
    return change(
        "mkdir",
        path,
        there -> {
          Requester who = state.credentials().requester();
          state.tree().makeDirectory(who.caller(), there.afsPath(), who.initial(mode));
        });
  }

  /** Makes regular files only: AFS has no others. */
  int mknod(Pointer path, int mode, long device) {
    int type = mode & TYPE;
    if (type != REGULAR && type != 0) {
      return Errno.EPERM.result();
    }
    return change(
        "mknod",
        path,
        there -> {
          Requester who = state.credentials().requester();
          state.tree().create(who.caller(), there.afsPath(), who.initial(mode)).close();
        });
  }

  int symlink(Pointer target, Pointer path) {
    return change(
        "symlink",
        path,
        there -> {
          Requester who = state.credentials().requester();
          state
              .tree()
              .makeSymbolicLink(
                  who.caller(), there.afsPath(), NativeStrings.read(target), who.initial(LINK));
        });
  }

  int unlink(Pointer path) {
    return change(
        "unlink",
        path,
        there -> {
          state.tree().remove(remover(there), there.afsPath());
          state.kernel().gone(there.key());
        });
  }

  /** What libfuse has hidden it removes in nobody's name; others who name it are themselves. */
  private Caller remover(MountPath path) {
    Requester requester = state.credentials().requester();
    return requester.isNobody() && path.isHiddenByLibrary()
        ? hidden.forget(path.key()).orElse(requester.caller())
        : requester.caller();
  }

  int rmdir(Pointer path) {
    return change("rmdir", path, there -> state.tree().removeDirectory(caller(), there.afsPath()));
  }

  int rename(Pointer oldPath, Pointer newPath) {
    return change(
        "rename",
        oldPath,
        from -> {
          MountPath to = MountPath.read(newPath);
          Caller who = caller();
          state.tree().rename(who, from.afsPath(), to.afsPath());
          state.kernel().moved(from.key(), to.key());
          hidden.moved(from.key(), to.key());
          if (to.isHiddenByLibrary()) {
            hidden.note(to.key(), who);
          }
        });
  }

  int link(Pointer existing, Pointer newPath) {
    return change(
        "link",
        existing,
        from -> state.tree().link(caller(), from.afsPath(), MountPath.read(newPath).afsPath()));
  }

  int chmod(Pointer path, int mode) {
    return update("chmod", path, StatusUpdate.NOTHING.withMode(mode & PERMISSIONS));
  }

  int chown(Pointer path, int owner, int group) {
    StatusUpdate update = StatusUpdate.NOTHING;
    if (owner != UNCHANGED) {
      update = update.withOwner(owner);
    }
    if (group != UNCHANGED) {
      update = update.withGroup(group);
    }
    return update("chown", path, update);
  }

  /** AFS keeps no time of access, and of others whole seconds. */
  int utimens(@Nullable Pointer path, @Nullable Pointer times) {
    Optional<Instant> modified =
        times == null ? Optional.of(Instant.now()) : Timespec.read(times, MODIFIED);
    return modified.isEmpty()
        ? 0
        : update("utimens", path, StatusUpdate.NOTHING.withModified(modified.get()));
  }

  private int update(String operation, @Nullable Pointer path, StatusUpdate update) {
    return change(
        operation,
        path,
        there -> {
          if (!update.equals(StatusUpdate.NOTHING)) {
            state.tree().setStatus(caller(), there.afsPath(), FinalLink.KEEP, update);
          }
        });
  }
}
