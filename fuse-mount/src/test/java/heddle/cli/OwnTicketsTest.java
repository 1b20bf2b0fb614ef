package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import heddle.fuse.MemoryTree;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who a command without a mount is. */
class OwnTicketsTest {
  private static final String FILE = "/afs/" + MemoryTree.CELL + "/file";

  private final CommandRun heddle = new CommandRun();

  OwnTicketsTest() {
    heddle.tree.directory("/" + MemoryTree.CELL).file("/" + MemoryTree.CELL + "/file", "content");
  }

  @Test
  void whoHasTicketsReadsWithThem() {
    for (String command : new String[] {"ls", "cat", "stat"}) {
      assertThat(heddle.run(command, FILE)).as(heddle.err()).isZero();
      assertThat(heddle.surroundings.asked).hasSize(1);
      assertThat(heddle.tree.lastPrincipal()).contains("alice@REALM");
      heddle.surroundings.asked.clear();
    }
  }

  @Test
  void whoWantsToIsAnybody() {
    assertThat(heddle.run("cat", "--anonymous", FILE)).isZero();
    assertThat(heddle.surroundings.asked).isEmpty();
    assertThat(heddle.tree.lastPrincipal()).isEmpty();
  }

  @Test
  void noTicketIsNoFailureAndSaidOnlyWhereItMatters() {
    heddle.surroundings.tickets = Optional.empty();
    assertThat(heddle.run("cat", FILE)).isZero();
    assertThat(heddle.err()).isEmpty();

    refuse();
    assertThat(heddle.run("cat", FILE)).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo(
            "heddle cat: "
                + FILE
                + ": permission denied (as anybody: you have no Kerberos ticket; get one: kinit)\n");
  }

  @Test
  void aKdcThatDoesNotKnowTheCellIsNoFailureEither() {
    heddle.surroundings.tickets =
        Optional.of(
            (cell, hosts) -> {
              throw new IOException("No KDC knows a service of this cell");
            });
    assertThat(heddle.run("cat", FILE)).isZero();

    refuse();
    heddle.run("cat", FILE);
    assertThat(heddle.err()).contains("as anybody: No KDC knows");
  }

  @Test
  void aCacheThatCannotBeReadIsSaidWhereItMatters() {
    heddle.surroundings.noTickets = Optional.of(new IOException("KCM is not read"));
    assertThat(heddle.run("cat", FILE)).isZero();

    refuse();
    heddle.run("cat", FILE);
    assertThat(heddle.err()).contains("as anybody: KCM is not read");
  }

  private void refuse() {
    heddle.tree.before(
        "open",
        "/" + MemoryTree.CELL + "/file",
        () -> {
          throw new AfsException.PermissionDenied("for a test");
        });
  }
}
