package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.location.CellDatabase;
import heddle.afs.location.Cells;
import heddle.afs.location.VolumeChoice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directory above all cells, which the client makes up: {@code CELL} leads to the cell's root
 * volume, read-only if it has that; {@code .CELL} to the read-write one. So do aliases of cells,
 * and {@code @cell}, which is the client's own. Thread-safe.
 *
 * <p>Protocol source: Linux fs/afs/dynroot.c (behaviour).
 */
public final class DynamicRoot implements Place {
  private static final int VOLUME = 1;
  private static final Fid FID = new Fid("", VOLUME, 1, 1);
  private static final int FIRST_FREE_VNODE = 2;
  private static final int MODE = 0755;
  private static final String MAYBE_A_CELL = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final Cells cells;
  private final Instant since;
  private final ConcurrentHashMap<String, CellMount> mounts = new ConcurrentHashMap<>();

  /**
   * Lists the cells of {@code cells}.
   *
   * @param since what is shown as time of modification
   */
  public DynamicRoot(Cells cells, Instant since) {
    this.cells = cells;
    this.since = since;
  }

  /** Returns the fid that the client made up. */
  public Fid fid() {
    return FID;
  }

  /**
   * Returns the cell of that name, dotted or not; blocks where others are to be asked for it.
   *
   * @throws AfsException.NoSuchCell if there is none; says what to do where it may be one
   */
  CellMount lookUp(byte[] name) throws AfsException {
    String text = new String(name, StandardCharsets.UTF_8);
    boolean dotted = text.startsWith(".");
    String cellName = dotted ? text.substring(1) : text;
    Optional<CellDatabase.Cell> cell = cells.named(cellName);
    if (cell.isEmpty()) {
      throw cellName.matches(MAYBE_A_CELL)
          ? cells.unknown(cellName)
          : new AfsException.NoSuchCell("\"" + text + "\" is no cell");
    }
    return mount(cell.get().name(), dotted ? "." : "");
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

  /** Returns the names of the known cells and their aliases, without the dotted ones. */
  List<DirectoryEntry> entries() {
    List<DirectoryEntry> entries = new ArrayList<>();
    cells.known().forEach(cell -> entries.add(entry(cell.name(), cell.name())));
    cells.aliases().forEach((alias, cell) -> entries.add(entry(alias, cell)));
    return entries;
  }

  private static DirectoryEntry entry(String name, String cell) {
    return new DirectoryEntry(name.getBytes(StandardCharsets.UTF_8), fidOf(cell));
  }

  /** Returns the status of the made-up directory. */
  FileStatus status() {
    AccessRights rights = new AccessRights(AccessRights.LOOKUP | AccessRights.READ);
    int count = entries().size();
    return new FileStatus(
        FID, FileType.DIRECTORY, count, 1, count + 2, 0, 0, MODE, since, rights, rights);
  }
}
