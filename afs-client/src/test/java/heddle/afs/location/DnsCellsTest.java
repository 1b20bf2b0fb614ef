package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.location.CellDatabase.Host;
import heddle.afs.testkit.FakeClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Cells from a name server on the loopback interface. */
class DnsCellsTest {
  private static final String SRV = "_afs3-vlserver._udp.far.example";

  private DnsResponder server;
  private DnsCells cells;

  @BeforeEach
  void start() throws IOException {
    server = new DnsResponder();
    cells = new DnsCells(server.resolver(), new Lifetime(new FakeClock()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<String> text(CellResolver.Found found) {
    return found.cell().hosts().stream()
        .map(host -> host.name() + " " + host.address().getHostAddress() + " " + host.port())
        .toList();
  }

  @Test
  void srvRecordsNameTheServersByPriorityAndWeight() throws Exception {
    server
        .with(SRV, Type.SRV, 600, "20 0 7003 db3.far.example")
        .with(SRV, Type.SRV, 600, "10 1 7013 db1.far.example")
        .with(SRV, Type.SRV, 600, "10 9 7003 db2.far.example")
        .with("db1.far.example", Type.A, 900, "192.0.2.1")
        .with("db2.far.example", Type.A, 300, "192.0.2.2")
        .with("db3.far.example", Type.A, 900, "192.0.2.3")
        .with("far.example", Type.AFSDB, 100, "1 old.far.example");

    CellResolver.Found found = cells.resolve("far.example").orElseThrow();

    assertThat(text(found))
        .containsExactly(
            "db2.far.example 192.0.2.2 7003",
            "db1.far.example 192.0.2.1 7013",
            "db3.far.example 192.0.2.3 7003");
    assertThat(found.validity()).isEqualTo(Duration.ofSeconds(300));
  }

  @Test
  void withoutThemAfsdbRecordsDo() throws Exception {
    server
        .with("far.example", Type.AFSDB, 700, "1 db1.far.example")
        .with("far.example", Type.AFSDB, 700, "2 dce.far.example")
        .with("db1.far.example", Type.A, 900, "192.0.2.1")
        .with("dce.far.example", Type.A, 900, "192.0.2.2");

    CellResolver.Found found = cells.resolve("far.example").orElseThrow();

    assertThat(text(found)).containsExactly("db1.far.example 192.0.2.1 7003");
    assertThat(found.validity()).isEqualTo(Duration.ofSeconds(700));
  }

  @Test
  void aNameWithoutSuchRecordsIsNoCell() throws Exception {
    server.with("plain.example", Type.A, 600, "192.0.2.1");
    assertThat(cells.resolve("plain.example")).isEmpty();
    assertThat(cells.resolve("nosuch.example")).isEmpty();
  }

  @Test
  void aDomainThatSaysItHasNoServiceIsNoCell() throws Exception {
    server.with(SRV, Type.SRV, 600, "0 0 0 .");
    assertThat(cells.resolve("far.example")).isEqualTo(Optional.empty());
  }

  @Test
  void serversWithoutAddressesAreSaidToBeThat() throws Exception {
    server.with(SRV, Type.SRV, 600, "0 0 7003 db1.far.example");
    assertThatThrownBy(() -> cells.resolve("far.example"))
        .isInstanceOf(AfsException.NoSuchCell.class)
        .hasMessageContaining("no address");
  }

  @Test
  void anErrorOfTheNameServerIsNoAnswer() {
    server.failWith(Rcode.SERVFAIL);
    assertThatThrownBy(() -> cells.resolve("far.example"))
        .isInstanceOf(AfsException.ServersUnreachable.class)
        .hasMessageContaining("far.example");
  }

  @Test
  void moreServersThanACellHasAreLeftOut() throws Exception {
    for (int i = 1; i <= 30; i++) {
      server
          .with(SRV, Type.SRV, 600, "0 0 7003 db" + i + ".far.example")
          .with("db" + i + ".far.example", Type.A, 600, "192.0.2." + i);
    }
    assertThat(cells.resolve("far.example").orElseThrow().cell().hosts())
        .hasSize(16)
        .extracting(Host::isClone)
        .containsOnly(false);
  }
}
