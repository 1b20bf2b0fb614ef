package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.location.CellDatabase;
import heddle.afs.location.VolumeChoice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directory above all cells, which the client makes up: {@code CELL} leads to the cell's root
 * volume, read-only if it has that; {@code .CELL} to the read-write one. Thread-safe.
 *
 * <p>Protocol source: Linux fs/afs/dynroot.c (behaviour).
 */
public final class DynamicRoot implements Place {
  private static final int VOLUME = 1;
  private static final Fid FID = new Fid("", VOLUME, 1, 1);
  private static final int FIRST_FREE_VNODE = 2;
  private static final int MODE = 0755;

  private final CellDatabase cells;
  private final Instant since;
  private final ConcurrentHashMap<String, CellMount> mounts = new ConcurrentHashMap<>();

  /**
   * Lists the cells of {@code cells}.
   *
   * @param since what is shown as time of modification
   */
  public DynamicRoot(CellDatabase cells, Instant since) {
    this.cells = cells;
    this.since = since;
  }

  /** Returns the fid that the client made up. */
  public Fid fid() {
    return FID;
  }

  /** Returns the cell of that name, dotted or not. */
  Optional<CellMount> lookUp(byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    boolean dotted = text.startsWith(".");
    return cells
        .cell(dotted ? text.substring(1) : text)
        .map(cell -> mount(cell.name(), dotted ? "." : ""));
  }

  private CellMount mount(String cell, String prefix) {
    VolumeChoice choice =
        prefix.isEmpty() ? VolumeChoice.READ_ONLY_PREFERRED : VolumeChoice.READ_WRITE;
    return mounts.computeIfAbsent(
        prefix + cell, name -> new CellMount(cell, choice, fidOf(name), since));
  }

  /** The same name has the same number in every process. */
  private static Fid fidOf(String name) {
    int vnode = Math.max(FIRST_FREE_VNODE, name.hashCode() & Integer.MAX_VALUE);
    return new Fid("", VOLUME, vnode, 1);
  }

  /** Returns the names of the known cells, without the dotted ones. */
  List<DirectoryEntry> entries() {
    return cells.cells().stream()
        .map(
            cell ->
                new DirectoryEntry(
                    cell.name().getBytes(StandardCharsets.UTF_8), fidOf(cell.name())))
        .toList();
  }

  /** Returns the status of the made-up directory. */
  FileStatus status() {
    AccessRights rights = new AccessRights(AccessRights.LOOKUP | AccessRights.READ);
    int count = cells.cells().size();
    return new FileStatus(
        FID, FileType.DIRECTORY, count, 1, count + 2, 0, 0, MODE, since, rights, rights);
  }
}
