package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessList;
import heddle.afs.AfsClient;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The homes that {@code heddle serve} and {@code heddle demo} make. */
class CellHomesTest {
  private EmbeddedCell cell;
  private AfsClient afs;

  @BeforeEach
  void start() throws IOException {
    cell = EmbeddedCell.start();
    afs = cell.client();
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  private AfsPath path(String below) {
    return AfsPath.of("/" + cell.name() + below);
  }

  private List<String> homes() throws IOException {
    try (AfsDirectory all = afs.openDirectory(cell.administrator(), path("/user"))) {
      return all.entries().stream()
          .map(DirectoryEntry::nameText)
          .filter(name -> !name.matches("[.]{1,2}"))
          .toList();
    }
  }

  @Test
  void aUserMayDoEverythingAtHome() throws IOException {
    new CellHomes(cell).make("alice");
    afs.create(cell.caller("alice"), path("/user/alice/file"), 0644).close();
  }

  @Test
  void whatIsThereIsLeftAsItIs() throws IOException {
    CellHomes homes = new CellHomes(cell);
    homes.make("alice");
    AfsPath home = path("/user/alice");
    afs.setAccessList(cell.administrator(), home, AccessList.EMPTY.text());
    homes.make("alice");
    assertThat(afs.accessList(cell.administrator(), home)).isEqualTo(AccessList.EMPTY.text());
    assertThat(homes()).containsExactly("alice");
  }

  /** As after an interrupt at any point. */
  @Test
  void whatWasBegunIsMadeToItsEnd() throws IOException {
    cell.createVolume("user.alice");
    cell.createVolume("user.bob");
    afs.makeDirectory(cell.administrator(), path("/user"), 0755);
    afs.makeMountPoint(cell.administrator(), path("/user/.begun.bob"), "#user.bob.");
    CellHomes homes = new CellHomes(cell);
    homes.make("alice");
    homes.make("bob");
    assertThat(homes()).containsExactlyInAnyOrder("alice", "bob");
    afs.create(cell.caller("alice"), path("/user/alice/file"), 0644).close();
    afs.create(cell.caller("bob"), path("/user/bob/file"), 0644).close();
  }
}
