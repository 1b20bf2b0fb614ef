package heddle.afs.cell;

import static heddle.afs.cell.CellFixture.ANYBODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells whose ports are not the usual ones, as where there is only one loopback address. */
class PortBaseTest {
  private static final int BASE = 17_000;

  @Test
  void cellsShareAnAddress() throws IOException {
    try (CellFixture usual = new CellFixture();
        CellFixture other =
            new CellFixture(
                CellConfig.DEFAULT.withAddress(usual.cell.address()).withPortBase(BASE))) {
      usual.write(usual.admin, "which", "the usual one");
      other.write(other.admin, "which", "the other one");

      assertThat(other.cell.portBase()).isEqualTo(BASE);
      assertThat(other.cell.clientConfig().portBase()).isEqualTo(BASE);
      assertThat(usual.read(usual.cell.newClient(), ANYBODY, "which")).isEqualTo("the usual one");
      assertThat(other.read(other.cell.newClient(), ANYBODY, "which")).isEqualTo("the other one");
    }
  }

  @Test
  void callbacksFromOtherPortsAreHeard() throws IOException {
    try (CellFixture first = new CellFixture();
        CellFixture cell =
            new CellFixture(
                CellConfig.DEFAULT.withAddress(first.cell.address()).withPortBase(BASE))) {
      cell.write(cell.admin, "file", "old");
      AfsClient reader = cell.cell.newClient();
      assertThat(cell.read(reader, ANYBODY, "file")).isEqualTo("old");
      cell.write(cell.admin, "file", "new");
      assertThat(cell.read(reader, ANYBODY, "file")).isEqualTo("new");
      assertThat(reader.statistics().breaksReceived()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_530, 70_000})
  void whatIsNoPortIsRefused(int base) {
    assertThatIllegalArgumentException().isThrownBy(() -> CellConfig.DEFAULT.withPortBase(base));
    assertThatIllegalArgumentException().isThrownBy(() -> AfsConfig.DEFAULT.withPortBase(base));
  }
}
