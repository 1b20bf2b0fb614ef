package heddle.afs.location;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;

/**
 * Cells and their volume location servers, as CellServDB lists them. Names of cells are compared
 * without regard to case. Immutable.
 *
 * <p>Protocol source: OpenAFS doc/man-pages/pod5/CellServDB; src/auth/cellconfig.c (behaviour).
 */
public final class CellDatabase {
  /**
   * One cell.
   *
   * @param name as it is written, @param description the comment of the cell's line; may be empty
   * @param linkedCell the cell that this one is linked to, if any
   */
  public record Cell(
      String name, Optional<String> linkedCell, String description, List<Host> hosts) {}

  /**
   * One volume location server.
   *
   * @param isClone whether it never becomes sync site (address in brackets)
   * @param name the comment of the host's line; may be empty
   */
  public record Host(InetAddress address, String name, boolean isClone) {}

  /** A line that was skipped. */
  public record Problem(int line, String message) {}

  private CellDatabase() {}

  /** Returns a database without cells. */
  public static CellDatabase empty() {
    throw new UnsupportedOperationException();
  }

  /** Reads the whole of {@code in}; lines that make no sense are skipped and reported. */
  public static CellDatabase parse(Reader in) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns this database with {@code cells} added; a cell given here wins over one of that name. */
  public CellDatabase with(Map<String, List<InetAddress>> cells) {
    throw new UnsupportedOperationException();
  }

  /** Returns the cell of that name. */
  public Optional<Cell> cell(String name) {
    throw new UnsupportedOperationException();
  }

  /** Returns all cells in the order in which they came. */
  public SequencedCollection<Cell> cells() {
    throw new UnsupportedOperationException();
  }

  /** Returns the lines that were skipped. */
  public List<Problem> problems() {
    throw new UnsupportedOperationException();
  }
}
