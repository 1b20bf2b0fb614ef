package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeChoice;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a cell in the dynamic root: leads to the cell's {@code root.cell}. Thread-safe.
 *
 * <p>As long as nobody followed it, it is shown as a directory without asking anybody, so that
 * listing all known cells does not mean contacting them.
 */
public final class CellMount implements Place {
  private static final String ROOT_VOLUME = "root.cell";
  private static final int MODE = 0755;
  private static final long DIRECTORY_BYTES = 2048;

  private final MountResolver.Name volume;
  private final Fid fid;
  private final Instant since;
  private volatile Contents.@Nullable Resolved resolved;

  CellMount(String cell, VolumeChoice choice, Fid fid, Instant since) {
    this.volume = new MountResolver.Name(cell, ROOT_VOLUME, choice);
    this.fid = fid;
    this.since = since;
  }

  /** Returns the fid that the client made up for the name. */
  public Fid fid() {
    return fid;
  }

  /** Returns the volume, if somebody followed the name already. */
  Optional<MountedVolume> visited() {
    Contents.Resolved now = resolved;
    return now == null ? Optional.empty() : Optional.of(now.volume());
  }

  /** Follows the name; blocks for a location server unless somebody did so lately. */
  MountedVolume follow(MountResolver mounts, Request request) throws AfsException {
    Contents.Resolved now = mounts.find(volume, Optional.ofNullable(resolved), request);
    resolved = now;
    return now.volume();
  }

  /** Returns the status of the name itself. */
  FileStatus status() {
    AccessRights rights = new AccessRights(AccessRights.LOOKUP | AccessRights.READ);
    return new FileStatus(
        fid, FileType.DIRECTORY, DIRECTORY_BYTES, 1, 2, 0, 0, MODE, since, rights, rights);
  }

  /** Returns the status of the cell's root directory under the name's own fid. */
  FileStatus status(FileStatus root) {
    return new FileStatus(
        fid,
        root.type(),
        root.length(),
        root.dataVersion(),
        root.linkCount(),
        root.owner(),
        root.group(),
        root.mode(),
        root.modified(),
        root.rights(),
        root.anonymousRights());
  }
}
