package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.rpc.FetchStatus;
import java.time.Instant;

/**
 * Statuses of vnodes as they are on the wire.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, GetStatus (behaviour).
 */
final class Statuses {
  private Statuses() {}

  static FetchStatus of(Access access, int parentNumber, int parentUniquifier, int lockCount) {
    Attributes attributes = access.vnode().attributes();
    return new FetchStatus(
        type(access.vnode()),
        attributes.linkCount(),
        access.vnode().data().length(),
        attributes.dataVersion(),
        attributes.author(),
        attributes.owner(),
        new AccessRights(access.rights()),
        new AccessRights(access.anonymousRights()),
        attributes.mode(),
        parentNumber,
        parentUniquifier,
        Instant.ofEpochSecond(attributes.modifiedSeconds()),
        Instant.ofEpochSecond(attributes.serverSeconds()),
        attributes.group(),
        lockCount);
  }

  private static FileType type(Vnode vnode) {
    return switch (vnode.type()) {
      case FILE -> FileType.FILE;
      case DIRECTORY -> FileType.DIRECTORY;
      case SYMLINK -> FileType.SYMLINK; // a mount point is one by its mode
    };
  }
}
