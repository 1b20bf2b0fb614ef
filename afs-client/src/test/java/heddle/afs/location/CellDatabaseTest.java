package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.location.CellDatabase.Cell;
import heddle.afs.location.CellDatabase.Host;
import heddle.afs.location.CellDatabase.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellDatabaseTest {
  private static CellDatabase parse(String text) throws IOException {
    return CellDatabase.parse(new StringReader(text));
  }

  private static Host host(String address, String name, boolean isClone) throws IOException {
    return new Host(InetAddress.getByName(address), name, isClone);
  }

  @Test
  void asDistributed() throws IOException {
    CellDatabase database =
        parse(
            """
            >grand.central.org      #GCO Public CellServDB 14 Mar 2024
            18.9.48.14              #grand.mit.edu
            128.2.13.219            #grand-old-opry.central.org
            >wu-wien.ac.at          #University of Economics, Vienna, Austria
            >example.org test.example   #Linked, with a clone
            192.0.2.1 #db1.example.org
            [192.0.2.2]\t#db2.example.org
            """);

    assertThat(database.problems()).isEmpty();
    assertThat(database.cells())
        .containsExactly(
            new Cell(
                "grand.central.org",
                Optional.empty(),
                "GCO Public CellServDB 14 Mar 2024",
                List.of(
                    host("18.9.48.14", "grand.mit.edu", false),
                    host("128.2.13.219", "grand-old-opry.central.org", false))),
            new Cell(
                "wu-wien.ac.at",
                Optional.empty(),
                "University of Economics, Vienna, Austria",
                List.of()),
            new Cell(
                "example.org",
                Optional.of("test.example"),
                "Linked, with a clone",
                List.of(
                    host("192.0.2.1", "db1.example.org", false),
                    host("192.0.2.2", "db2.example.org", true))));
  }

  @Test
  void spacesCommentsAndLineEndsOfAnyKind() throws IOException {
    CellDatabase database =
        parse("\r\n# comment\r\n  >  a.example#x\r\n\t192.0.2.1\r\n\r\n [ 192.0.2.2 ] # b c\r\n");
    assertThat(database.problems()).isEmpty();
    assertThat(database.cells())
        .containsExactly(
            new Cell(
                "a.example",
                Optional.empty(),
                "x",
                List.of(host("192.0.2.1", "", false), host("192.0.2.2", "b", true))));
  }

  @Test
  void namesWithoutRegardToCase() throws IOException {
    CellDatabase database = parse(">Example.ORG\n192.0.2.1\n");
    assertThat(database.cell("eXample.org").orElseThrow().name()).isEqualTo("Example.ORG");
    assertThat(database.cell("example.com")).isEmpty();
  }

  @Test
  void laterCellOfOneNameWins() throws IOException {
    CellDatabase database = parse(">a.example\n192.0.2.1\n>A.example\n192.0.2.2\n");
    assertThat(database.cells()).hasSize(1);
    assertThat(database.cell("a.example").orElseThrow().hosts())
        .containsExactly(host("192.0.2.2", "", false));
  }

  @Test
  void garbageCostsItsLineOnly() throws IOException {
    CellDatabase database =
        parse(
            """
            192.0.2.1 #too early
            >a.example
            192.0.2.2 #good
            192.0.2.256 #no address
            1.2.3 #no address
            what is this
            192.0.2.3 nor this
            [192.0.2.4 #unclosed
            192.0.2.5 #good too
            >
            192.0.2.6 #of no cell
            >../etc
            >a/b
            >b.example
            2001:db8::1 #not in this format
            """);

    assertThat(database.cells()).extracting(Cell::name).containsExactly("a.example", "b.example");
    assertThat(database.cell("a.example").orElseThrow().hosts())
        .containsExactly(host("192.0.2.2", "good", false), host("192.0.2.5", "good", false));
    assertThat(database.problems())
        .extracting(Problem::line)
        .containsExactly(1, 4, 5, 6, 7, 8, 10, 11, 12, 13, 15);
    assertThat(database.problems().get(1))
        .hasToString("line 4: no IPv4 address: 192.0.2.256 #no address");
  }

  @Test
  void cellsOfTheUserWin() throws IOException {
    InetAddress mine = InetAddress.getByName("192.0.2.9");
    CellDatabase database =
        parse(">a.example\n192.0.2.1\n>b.example\nnonsense\n")
            .with(Map.of("A.EXAMPLE", List.of(mine), "c.example", List.of(mine)));
    assertThat(database.cells())
        .extracting(Cell::name)
        .containsExactlyInAnyOrder("A.EXAMPLE", "b.example", "c.example");
    assertThat(database.cell("a.example").orElseThrow().hosts())
        .containsExactly(new Host(mine, "", false));
    assertThat(database.problems()).hasSize(1);
  }

  @Test
  void emptyHasNothing() {
    assertThat(CellDatabase.empty().cells()).isEmpty();
    assertThat(CellDatabase.empty().cell("a")).isEmpty();
    assertThat(CellDatabase.empty().problems()).isEmpty();
  }

  @Test
  void longLinesEnd() throws IOException {
    String longLine = ">" + "a ".repeat(100_000) + "\n" + "1".repeat(100_000) + "\n";
    assertThat(parse(longLine).problems()).hasSize(1);
  }
}
