package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeChoice;
import heddle.afs.rpc.VolumeType;
import org.jspecify.annotations.Nullable;

/** One volume as the root of the name space. Thread-safe. */
final class RootVolume implements PathWalker.Root {
  private final String cell;
  private final String name;
  private final VolumeChoice choice;
  private final Fetchers fetchers;
  private volatile Contents.@Nullable Resolved resolved;

  /**
   * Takes the read-only volume if there is one, unless the name says which.
   *
   * @param name name of the volume, suffix allowed
   */
  RootVolume(String cell, String name, Fetchers fetchers) {
    VolumeType suffix =
        name.endsWith(VolumeType.READ_ONLY.suffix())
            ? VolumeType.READ_ONLY
            : name.endsWith(VolumeType.BACKUP.suffix()) ? VolumeType.BACKUP : VolumeType.READ_WRITE;
    this.cell = cell;
    this.name = name.substring(0, name.length() - suffix.suffix().length());
    this.choice =
        switch (suffix) {
          case READ_WRITE -> VolumeChoice.READ_ONLY_PREFERRED;
          case READ_ONLY -> VolumeChoice.READ_ONLY;
          case BACKUP -> VolumeChoice.BACKUP;
        };
    this.fetchers = fetchers;
  }

  @Override
  public Place place(Request request) throws AfsException {
    Contents.Resolved now = resolved;
    if (now == null || !fetchers.mounts().isBelieved(now)) {
      now = fetchers.mounts().find(cell, name, choice, request);
      resolved = now;
    }
    return fetchers.table().root(now.volume());
  }
}
