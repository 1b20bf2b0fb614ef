package heddle.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a tree is mounted.
 *
 * @param mountPoint an empty directory
 * @param name what is mounted, as {@code mount} and {@code df} show it: the cell's name
 * @param attributeTimeout for how long the kernel may answer from what it was told of names and
 *     attributes
 * @param audience who may use the mount
 * @param access whether anything can be changed
 * @param locks who knows of locks on files
 * @param links where symbolic links to {@code /afs} lead
 * @param owners as whose files they are seen
 * @param extra further options, as {@code mount -o} takes them; {@code intr} lets every signal end
 *     what its receiver waits for
 */
public record MountOptions(
    Path mountPoint,
    String name,
    Duration attributeTimeout,
    Audience audience,
    Access access,
    Locks locks,
    Links links,
    Owners owners,
    List<String> extra) {

  private static final String INTERRUPTIBLE = "intr";

  /** Who may use a mount. */
  public enum Audience {
    /** Only the user who mounts. */
    OWNER,
    /** All users of the machine. */
    EVERYBODY
  }

  /** What can be done with a mount. */
  public enum Access {
    /** Nothing can be changed through it. */
    READ_ONLY,
    /** What servers permit. */
    READ_WRITE
  }

  /** Who knows of locks on files. */
  public enum Locks {
    /** The kernel of this machine alone. */
    KERNEL,
    /** The tree that is mounted. */
    TREE
  }

  /** Where symbolic links to {@code /afs/...} lead. */
  public enum Links {
    /** Where they say. */
    AS_STORED,
    /** To the same place in this mount. */
    INTO_MOUNT
  }

  /** As many mounts are: links and owners are shown as they are stored. */
  public MountOptions(
      Path mountPoint,
      String name,
      Duration attributeTimeout,
      Audience audience,
      Access access,
      Locks locks,
      List<String> extra) {
    this(
        mountPoint,
        name,
        attributeTimeout,
        audience,
        access,
        locks,
        Links.AS_STORED,
        Owners.AS_IN_AFS,
        extra);
  }

  /** Copies what was given. */
  public MountOptions {
    extra = List.copyOf(extra);
  }

  /** Returns the options in FUSE's form. */
  String forFuse() {
    var options = new StringBuilder(access == Access.READ_ONLY ? "ro" : "rw");
    options.append(
        ",use_ino,big_writes,atomic_o_trunc,subtype=heddle"); // no hard_remove: see ADR 0204
    options.append(",max_read=").append(128 << 10);
    options.append(",fsname=heddle#").append(name.replace("\\", "\\\\").replace(",", "\\,"));
    String seconds =
        String.format(java.util.Locale.ROOT, "%.3f", attributeTimeout.toMillis() / 1e3);
    options.append(",attr_timeout=").append(seconds).append(",entry_timeout=").append(seconds);
    if (audience == Audience.EVERYBODY) {
      options.append(",allow_other");
    }
    for (String option : extra) {
      if (!option.equals(INTERRUPTIBLE)) { // libfuse would send signals to our threads
        options.append(',').append(option);
      }
    }
    return options.toString();
  }

  /** Returns whether any signal ends a wait of its receiver, not only one that ends a process. */
  boolean endsWaitsAtAnySignal() {
    return extra.contains(INTERRUPTIBLE);
  }
}
