package heddle.afs.location;

import heddle.afs.rpc.VolumeLocationService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Cells and their volume location servers, as CellServDB lists them. Names of cells are compared
 * without regard to case. Immutable; thread-safe.
 *
 * <p>Protocol source: OpenAFS doc/man-pages/pod5/CellServDB; src/auth/cellconfig.c (behaviour).
 */
public final class CellDatabase {
  private static final CellDatabase EMPTY = new CellDatabase(Map.of(), List.of());

  private final Map<String, Cell> cells; // by name in lower case
  private final List<Problem> problems;

  private CellDatabase(Map<String, Cell> cells, List<Problem> problems) {
    this.cells = cells;
    this.problems = problems;
  }

  /**
   * One cell.
   *
   * @param name as it is written
   * @param linkedCell the cell that this one is linked to, if any
   * @param description the comment of the cell's line; may be empty
   * @param hosts its volume location servers; none where DNS is to tell
   */
  public record Cell(
      String name, Optional<String> linkedCell, String description, List<Host> hosts) {
    /** Makes a cell of a name and addresses. */
    public static Cell of(String name, List<InetAddress> addresses) {
      return new Cell(
          name,
          Optional.empty(),
          "",
          addresses.stream().map(address -> new Host(address, "", false)).toList());
    }
  }

  /**
   * One volume location server.
   *
   * @param name the comment of the host's line; may be empty
   * @param isClone whether it never becomes sync site (its address is in brackets)
   * @param port its UDP port
   */
  public record Host(InetAddress address, String name, boolean isClone, int port) {
    /** The port of volume location servers, unless DNS says otherwise. */
    static final int USUAL_PORT = VolumeLocationService.PORT;

    /** A server at the usual port. */
    public Host(InetAddress address, String name, boolean isClone) {
      this(address, name, isClone, USUAL_PORT);
    }
  }

  /** A line that was skipped, and why. */
  public record Problem(int line, String message) {
    @Override
    public String toString() {
      return "line " + line + ": " + message;
    }
  }

  /** Returns a database without cells. */
  public static CellDatabase empty() {
    return EMPTY;
  }

  /** Reads the whole of {@code in}; lines that make no sense are skipped and reported. */
  public static CellDatabase parse(Reader in) throws IOException {
    CellServDbParser parser = new CellServDbParser();
    BufferedReader lines = new BufferedReader(in);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      parser.add(line);
    }
    return EMPTY.with(parser.cells(), parser.problems());
  }

  /**
   * Returns this database with {@code cells} added; a cell given here wins over one of that name.
   */
  public CellDatabase with(Map<String, List<InetAddress>> cells) {
    return with(
        cells.entrySet().stream().map(each -> Cell.of(each.getKey(), each.getValue())).toList(),
        List.of());
  }

  private CellDatabase with(List<Cell> added, List<Problem> moreProblems) {
    Map<String, Cell> merged = new LinkedHashMap<>(cells);
    added.forEach(cell -> merged.put(key(cell.name()), cell));
    return new CellDatabase(Collections.unmodifiableMap(merged), concat(problems, moreProblems));
  }

  private static List<Problem> concat(List<Problem> first, List<Problem> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Returns the cell of that name. */
  public Optional<Cell> cell(String name) {
    return Optional.ofNullable(cells.get(key(name)));
  }

  /** Returns all cells in the order in which they came. */
  public Collection<Cell> cells() {
    return cells.values();
  }

  /** Returns the lines that were skipped. */
  public List<Problem> problems() {
    return problems;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
