package heddle.fuse;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
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
    return state
        .runner()
        .onLibrarysPath(
            "unlink",
            path,
            there -> {
              Requester requester = state.credentials().requester();
              if (requester.isNobody() && there.isHiddenByLibrary()) {
                state.hidden().forgotten(there);
              } else {
                state.tree().remove(requester.caller(), there.afsPath());
                state.kernel().gone(there.key());
              }
              return 0;
            });
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
          if (to.isHiddenByLibrary()) {
            hide(from, to);
          } else {
            rename(from, to);
          }
        });
  }

  private void hide(MountPath from, MountPath to) throws AfsException {
    Caller who = caller();
    Fid file = state.tree().stat(who, from.afsPath(), FinalLink.KEEP).fid();
    move(from, to, who);
    state.hidden().hid(to.key(), file, who);
    CurrentRequest request = CurrentRequest.ofThread();
    request.hid(new CurrentRequest.Hiding(from, to, file));
    if (!request.isRename()) { // else it may have to get its name back
      state.hidden().removeIfClosed(file);
    }
  }

  private void rename(MountPath from, MountPath to) throws AfsException {
    Caller who = caller();
    CurrentRequest.Hiding hiding = CurrentRequest.ofThread().hiding();
    boolean replaces = hiding != null && hiding.name().key().equals(to.key());
    try {
      move(from, to, who);
    } catch (AfsException.OutcomeUnknown e) {
      throw e; // the server may still do it
    } catch (AfsException e) {
      if (hiding != null && replaces && state.hidden().restore(hiding.there(), to, who)) {
        state.kernel().moved(hiding.there().key(), to.key());
      }
      throw e;
    }
    if (hiding != null && replaces) {
      state.hidden().removeIfClosed(hiding.file());
    }
  }

  private void move(MountPath from, MountPath to, Caller who) throws AfsException {
    state.tree().rename(who, from.afsPath(), to.afsPath());
    state.kernel().moved(from.key(), to.key());
    state.hidden().moved(from, to);
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
    return owner == UNCHANGED && group == UNCHANGED
        ? update("chown", path, StatusUpdate.NOTHING)
        : change("chown", path, there -> setOwner(there, owner, group));
  }

  private void setOwner(MountPath path, int owner, int group) throws AfsException {
    Caller who = caller().now(); // a token that comes meanwhile has not decided who is meant
    FileStatus now = state.tree().stat(who, path.afsPath(), FinalLink.KEEP);
    StatusUpdate update = StatusUpdate.NOTHING;
    if (owner != UNCHANGED) {
      update = update.withOwner(state.owners().meant(who, now, owner));
    }
    if (group != UNCHANGED) {
      update = update.withGroup(group);
    }
    int mode = FileStatus.withoutSetId(now.mode());
    if (mode != now.mode() && now.type() == FileType.FILE) {
      update = update.withMode(mode);
    }
    state.tree().setStatus(who, path.afsPath(), FinalLink.KEEP, update);
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
