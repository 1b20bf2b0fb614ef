package heddle.afs.vnode;

import heddle.afs.cache.DirectoryContents;
import java.util.Optional;

/**
 * The data of a directory, symbolic link or mount point, as far as they are kept with the vnode.
 * Immutable. What is known of one data version stays true of it for ever.
 */
sealed interface Contents {
  /** Bytes that an object takes, about, besides its data. */
  int OVERHEAD_BYTES = 100;

  /** Returns the version of the data. */
  long dataVersion();

  /** Returns what the version belongs to, see {@link MountedVolume#instance}. */
  int instance();

  /** Returns about how much memory it takes, in bytes. */
  int weight();

  /** Returns whether these are the data of that status. */
  default boolean isOf(KnownStatus known) {
    return dataVersion() == known.dataVersion() && instance() == known.instance();
  }

  /** The names of a directory. */
  record Names(long dataVersion, int instance, DirectoryContents names, int weight)
      implements Contents {}

  /** The target of a symbolic link. */
  record Target(long dataVersion, int instance, byte[] bytes) implements Contents {
    @Override
    public int weight() {
      return OVERHEAD_BYTES + bytes.length;
    }
  }

  /**
   * What a mount point says, and where that led.
   *
   * @param resolved the volume, once it was looked up
   */
  record Mount(long dataVersion, int instance, MountPoint point, Optional<Resolved> resolved)
      implements Contents {
    @Override
    public int weight() {
      return 2 * OVERHEAD_BYTES;
    }
  }

  /**
   * Where a mount point leads.
   *
   * @param sinceNanos when that was looked up
   */
  record Resolved(MountedVolume volume, long sinceNanos) {}
}
