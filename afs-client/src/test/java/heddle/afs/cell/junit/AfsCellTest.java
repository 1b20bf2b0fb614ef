package heddle.afs.cell.junit;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.cell.CellFaults;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The annotation as tests use it. */
@AfsCell(
    name = "unit.test",
    volumes = {"data", "more"},
    anyUser = "write")
class AfsCellTest {
  private static final Set<EmbeddedCell> SEEN = new HashSet<>();

  private EmbeddedCell before;

  @BeforeEach
  void remember(EmbeddedCell cell) {
    before = cell;
  }

  @Test
  void theCellIsAsTheAnnotationSays(EmbeddedCell cell, AfsClient afs) throws IOException {
    assertThat(cell.name()).isEqualTo("unit.test");
    assertThat(cell).isSameAs(before);
    assertThat(afs).isSameAs(cell.client());
  }

  @Test
  void volumesAreMounted(AfsClient afs) throws AfsException {
    for (String volume : new String[] {"data", "more"}) {
      AfsPath path = AfsPath.of("/unit.test/" + volume);
      assertThat(afs.stat(Caller.anonymous(), path, FinalLink.FOLLOW).type())
          .isEqualTo(FileType.DIRECTORY);
      afs.makeDirectory(Caller.anonymous(), AfsPath.of("/unit.test/" + volume + "/new"), 0755);
    }
  }

  @RepeatedTest(2)
  void eachTestHasItsOwn(EmbeddedCell cell) {
    assertThat(SEEN.add(cell)).isTrue();
  }

  @Nested
  class Inside {
    @Test
    void hasWhatIsAround(EmbeddedCell cell, CellFaults faults) {
      assertThat(cell).isSameAs(before);
      assertThat(faults).isSameAs(cell.faults());
    }
  }
}
