package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a directory looked like at one moment. Whoever takes one has the promises of all servers
 * that they will tell of changes, as far as they promise anything.
 *
 * @param directory which one it is
 * @param entries what it has, by name
 * @param fids whose changes are changes of this
 */
record DirectorySnapshot(Fid directory, Map<PathName, Entry> entries, Set<Fid> fids) {
  /** Before the first look. */
  static final DirectorySnapshot NOTHING =
      new DirectorySnapshot(new Fid("", 0, 0, 0), Map.of(), Set.of());

  /** What is seen of an entry. What is in a directory is its own affair. */
  record Entry(Fid fid, long dataVersion, long length, int mode, Instant modified) {
    static Entry of(FileStatus status) {
      return switch (status.type()) {
        case FILE, SYMLINK ->
            new Entry(
                status.fid(),
                status.dataVersion(),
                status.length(),
                status.mode(),
                status.modified());
        case DIRECTORY, MOUNT_POINT -> new Entry(status.fid(), 0, 0, status.mode(), Instant.EPOCH);
      };
    }
  }

  /** Looks at the directory; blocks for its server where promises do not stand. */
  static DirectorySnapshot take(CellPath path) throws AfsException {
    AfsFileSystem fileSystem = path.getFileSystem();
    try (AfsDirectory open =
        fileSystem.client().openDirectory(fileSystem.caller(), path.inClient())) {
      Map<PathName, Entry> entries = new HashMap<>();
      Set<Fid> fids = new HashSet<>();
      fids.add(open.fid());
      parent(path).ifPresent(fids::add);
      for (DirectoryEntry entry : open.entries()) {
        fids.add(entry.fid());
        entries.put(PathName.ofBytes(entry.name()), look(open, entry));
      }
      return new DirectorySnapshot(open.fid(), entries, fids);
    }
  }

  /** Servers break the promise of the parent only when a directory is removed or moved. */
  private static Optional<Fid> parent(CellPath path) throws AfsException {
    CellPath parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      return Optional.empty();
    }
    AfsFileSystem fileSystem = path.getFileSystem();
    AfsPath inClient = parent.inClient();
    return Optional.of(
        fileSystem.client().stat(fileSystem.caller(), inClient, FinalLink.FOLLOW).fid());
  }

  /** What is gone, or not for the caller to see, is there by its name only. */
  private static Entry look(AfsDirectory open, DirectoryEntry entry) throws AfsException {
    try {
      return Entry.of(open.status(entry));
    } catch (AfsException.NoSuchFile
        | AfsException.NoSuchCell
        | AfsException.StaleFid
        | AfsException.PermissionDenied e) {
      return new Entry(entry.fid(), 0, 0, 0, Instant.EPOCH);
    }
  }

  boolean concerns(Fid fid) {
    return fids.contains(fid);
  }
}
