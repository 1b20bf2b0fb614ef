package heddle.afs.location;

import heddle.afs.location.CellDatabase.Cell;
import heddle.afs.location.CellDatabase.Host;
import heddle.afs.location.CellDatabase.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads CellServDB line by line. A line that makes no sense costs that line only. */
final class CellServDbParser {
  /** Name, linked cell if any, comment if any. */
  private static final Pattern CELL =
      Pattern.compile(">\\s*([^\\s#/]+)(?:\\s+([^\\s#]+)[^#]*|\\s*)(?:#\\s*(.*))?");

  /** Address in brackets, or address; comment if any. */
  private static final Pattern HOST =
      Pattern.compile("(?:\\[\\s*([\\d.]+)\\s*]|([\\d.]+))\\s*(?:#\\s*(\\S*).*)?");

  private static final Pattern ADDRESS =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  private final List<Cell> cells = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private int lineNumber;
  private boolean inCell; // whether hosts belong to the last of the cells

  void add(String line) {
    lineNumber++;
    String text = line.strip();
    if (text.startsWith(">")) {
      addCell(text);
    } else if (!text.isEmpty() && !text.startsWith("#")) {
      addHost(text);
    }
  }

  List<Cell> cells() {
    return cells;
  }

  List<Problem> problems() {
    return problems;
  }

  private void addCell(String text) {
    Matcher match = CELL.matcher(text);
    inCell = match.matches() && !match.group(1).startsWith(".");
    if (!inCell) {
      report("no name of a cell", text);
      return;
    }
    String description = match.group(3) == null ? "" : match.group(3).strip();
    cells.add(
        new Cell(match.group(1), Optional.ofNullable(match.group(2)), description, List.of()));
  }

  private void addHost(String text) {
    Matcher match = HOST.matcher(text);
    if (!match.matches()) {
      report("neither a cell nor a host", text);
      return;
    }
    boolean isClone = match.group(1) != null;
    Optional<InetAddress> address = address(isClone ? match.group(1) : match.group(2));
    if (address.isEmpty()) {
      report("no IPv4 address", text);
    } else if (!inCell) {
      report("a host of no cell", text);
    } else {
      String name = match.group(3) == null ? "" : match.group(3);
      addToLastCell(new Host(address.get(), name, isClone));
    }
  }

  private void addToLastCell(Host host) {
    Cell cell = cells.removeLast();
    List<Host> hosts = new ArrayList<>(cell.hosts());
    hosts.add(host);
    cells.add(new Cell(cell.name(), cell.linkedCell(), cell.description(), List.copyOf(hosts)));
  }

  private static Optional<InetAddress> address(String text) {
    Matcher match = ADDRESS.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < bytes.length; i++) {
      int value = Integer.parseInt(match.group(i + 1));
      if (value > 0xff) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // four bytes are always an address
    }
  }

  private void report(String what, String text) {
    problems.add(new Problem(lineNumber, what + ": " + text));
  }
}
