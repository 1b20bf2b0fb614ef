package heddle.afs.cell.junit;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.cell.EmbeddedCell;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** One cell for all tests of a class. */
@AfsCell(life = AfsCell.Life.CLASS, volumes = "data")
class SharedCellTest {
  private static EmbeddedCell first;

  private final EmbeddedCell made;

  SharedCellTest(EmbeddedCell cell) {
    made = cell;
  }

  @BeforeAll
  static void begin(EmbeddedCell cell) {
    first = cell;
  }

  @RepeatedTest(2)
  void faultsOfOneTestAreNotThoseOfTheNext(EmbeddedCell cell, AfsClient afs) throws AfsException {
    assertThat(cell).isSameAs(first).isSameAs(made);
    AfsPath data = AfsPath.of("/" + cell.name() + "/data");
    assertThat(afs.stat(Caller.anonymous(), data, FinalLink.FOLLOW).fid().volume()).isPositive();
    cell.faults().offline("data");
  }
}
