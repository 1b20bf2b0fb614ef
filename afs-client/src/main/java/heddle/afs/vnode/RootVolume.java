package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeChoice;
import heddle.afs.rpc.VolumeType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One volume as the root of the name space. Thread-safe. */
final class RootVolume implements PathWalker.Root {
  private final MountResolver.Name volume;
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
    VolumeChoice choice =
        switch (suffix) {
          case READ_WRITE -> VolumeChoice.READ_ONLY_PREFERRED;
          case READ_ONLY -> VolumeChoice.READ_ONLY;
          case BACKUP -> VolumeChoice.BACKUP;
        };
    String plain = name.substring(0, name.length() - suffix.suffix().length());
    this.volume = new MountResolver.Name(cell, plain, choice);
    this.fetchers = fetchers;
  }

  @Override
  public Place place(Request request) throws AfsException {
    Contents.Resolved now = fetchers.mounts().find(volume, Optional.ofNullable(resolved), request);
    resolved = now;
    return fetchers.table().root(now.volume());
  }
}
