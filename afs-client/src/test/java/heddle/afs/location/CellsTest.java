package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.location.CellDatabase.Cell;
import heddle.afs.location.CellDatabase.Host;
import heddle.afs.testkit.FakeClock;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellsTest {
  private static final Duration VALIDITY = Duration.ofMinutes(5);
  private static final String FILE =
      """
      >here.example #ours
      192.0.2.1 #db.here.example
      >empty.example #in DNS
      """;

  private final FakeClock clock = new FakeClock();
  private final List<String> asked = new ArrayList<>();
  private boolean silent;
  private int last = 10; // of the address that is told next
  private Cells cells;

  @BeforeEach
  void open() throws Exception {
    cells = cells(Optional.of(this::resolve));
  }

  private Cells cells(Optional<CellResolver> resolver) throws Exception {
    return new Cells(
        CellDatabase.parse(new StringReader(FILE)),
        new Cells.Names(
            Optional.of("here.example"),
            Map.of("here", "here.example", "far", "far.example", "here.example", "far.example")),
        resolver,
        new Lifetime(clock));
  }

  private Optional<CellResolver.Found> resolve(String cell) throws AfsException {
    asked.add(cell);
    if (silent) {
      throw new AfsException.ServersUnreachable("no name server answered");
    }
    if (cell.startsWith("no")) {
      return Optional.empty();
    }
    try {
      byte[] address = {(byte) 192, 0, 2, (byte) last};
      Host host = new Host(InetAddress.getByAddress(address), "db", false, 7013);
      return Optional.of(
          new CellResolver.Found(new Cell(cell, Optional.empty(), "", List.of(host)), VALIDITY));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private int lastByte(String cell) throws AfsException {
    return cells.cell(cell).orElseThrow().hosts().getFirst().address().getAddress()[3];
  }

  @Test
  void aConfiguredCellIsNotAskedFor() throws Exception {
    assertThat(cells.cell("HERE.example").orElseThrow().name()).isEqualTo("here.example");
    assertThat(asked).isEmpty();
  }

  @Test
  void aCellWithoutServersInTheFileGetsThemFromTheResolver() throws Exception {
    assertThat(lastByte("empty.example")).isEqualTo(10);
    assertThat(cells(Optional.empty()).cell("empty.example").orElseThrow().hosts()).isEmpty();
  }

  @Test
  void whatWasFoundIsBelievedAsLongAsItIsValid() throws Exception {
    assertThat(lastByte("Far.example")).isEqualTo(10);
    last = 11;
    clock.advance(VALIDITY.minusSeconds(1));
    assertThat(lastByte("far.example")).isEqualTo(10);
    clock.advance(Duration.ofSeconds(1));
    assertThat(lastByte("far.example")).isEqualTo(11);
    assertThat(asked).containsExactly("far.example", "far.example");
    assertThat(cells.known()).extracting(Cell::name).contains("far.example");
  }

  @Test
  void thatThereIsNoSuchCellIsBelievedForAMinute() throws Exception {
    assertThat(cells.cell("nosuch.example")).isEmpty();
    clock.advance(Duration.ofSeconds(59));
    assertThat(cells.cell("nosuch.example")).isEmpty();
    assertThat(asked).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(cells.cell("nosuch.example")).isEmpty();
    assertThat(asked).hasSize(2);
    assertThat(cells.known()).extracting(Cell::name).doesNotContain("nosuch.example");
  }

  @Test
  void anOldAnswerIsBetterThanNone() throws Exception {
    assertThat(lastByte("far.example")).isEqualTo(10);
    silent = true;
    clock.advance(VALIDITY);
    assertThat(lastByte("far.example")).isEqualTo(10);
    assertThatThrownBy(() -> cells.cell("other.example"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"autorun", ".Trash", "a..b", "a b.example", "ä.example", "", "a."})
  void whatIsNoNameOfACellIsNotAskedFor(String name) throws Exception {
    assertThat(cells.named(name)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void aliasesAndAtCellLeadToCells() throws Exception {
    assertThat(cells.named("@cell").orElseThrow().name()).isEqualTo("here.example");
    assertThat(cells.named("Here").orElseThrow().name()).isEqualTo("here.example");
    assertThat(cells.named("far").orElseThrow().name()).isEqualTo("far.example");
    assertThat(cells.named("here.example").orElseThrow().name()) // a cell is no alias
        .isEqualTo("here.example");
    assertThat(cells.cell("far")).isEmpty();
  }
}
