package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.ClientFixture.Named;
import heddle.afs.auth.Caller;
import heddle.afs.testkit.FakeServer;
import heddle.afs.testkit.FakeVolume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What another client changes is seen at once, wherever the break falls; and only then. */
class CoherenceTest {
  private static final String FILE = "/example.org/f";

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume volume;

  @BeforeEach
  void makeVolume() {
    volume = afs.cell.volume("root.cell", afs.fs1).file("f", "one").dir("d").file("d/g", "gee");
    afs.client(); // is called back from now on
  }

  @AfterEach
  void close() {
    afs.close();
  }

  /** Lets another client write {@code content} the first time that such a reply is on its way. */
  private void writeDuring(String operation, String content) {
    AtomicBoolean done = new AtomicBoolean();
    afs.cell.onReply(
        (replied, argument) -> {
          if (replied.equals(operation) && done.compareAndSet(false, true)) {
            volume.write("f", content);
          }
        });
  }

  @Test
  void underAPromiseNobodyIsAsked() throws Exception {
    assertThat(afs.read(FILE)).isEqualTo("one");
    afs.cell.forgetCalls();
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.stat(FILE).length()).isEqualTo(3);
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void aBreakMakesTheNextReadSeeTheNewContentAndLength() throws Exception {
    assertThat(afs.read(FILE)).isEqualTo("one");
    volume.write("f", "three");
    assertThat(afs.stat(FILE).length()).isEqualTo(5);
    assertThat(afs.read(FILE)).isEqualTo("three");
    assertThat(afs.client().statistics().breaksReceived()).isEqualTo(1);
  }

  @Test
  void anOpenFileSeesItToo() throws Exception {
    try (AfsFile file =
        afs.client().open(ClientFixture.ANONYMOUS, AfsPath.of(FILE), FinalLink.FOLLOW)) {
      assertThat(ClientFixture.read(file)).isEqualTo("one");
      volume.write("f", "three");
      assertThat(file.status().length()).isEqualTo(5);
      assertThat(ClientFixture.read(file)).isEqualTo("three");
    }
  }

  @Test
  void withoutABreakNothingNewIsSeen() throws Exception {
    assertThat(afs.read(FILE)).isEqualTo("one");
    afs.cell.connect(new SilentHandler());
    volume.write("f", "three");
    assertThat(afs.read(FILE)).isEqualTo("one"); // so it is the break that does it
  }

  @Test
  void aBreakWhileTheStatusIsOnItsWayIsNotLost() throws Exception {
    afs.follow("/example.org");
    writeDuring("FetchStatus", "three");
    assertThat(afs.stat(FILE).length()).isEqualTo(5);
    assertThat(afs.cell.calls("FetchStatus")).isEqualTo(3); // root, file, file again
    assertThat(afs.read(FILE)).isEqualTo("three");
  }

  @Test
  void aBreakWhileStatusesAreOnTheirWayInBulkIsNotLost() throws Exception {
    writeDuring("InlineBulkStatus", "three");
    try (AfsDirectory directory =
        afs.client().openDirectory(ClientFixture.ANONYMOUS, AfsPath.of("/example.org"))) {
      for (DirectoryEntry entry : directory.entries()) {
        directory.status(entry);
      }
      assertThat(afs.cell.calls("InlineBulkStatus")).isEqualTo(1);
    }
    assertThat(afs.stat(FILE).length()).isEqualTo(5);
  }

  @Test
  void aBreakWhileDataAreOnTheirWayIsNotLost() throws Exception {
    afs.stat(FILE);
    writeDuring("FetchData64", "three");
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.read(FILE)).isEqualTo("three");
  }

  @Test
  void dataAndLengthAreOfOneVersion() throws Exception {
    afs.stat(FILE);
    AtomicBoolean done = new AtomicBoolean();
    afs.cell.onArrival(
        (operation, argument) -> {
          if (operation.equals("FetchData64") && done.compareAndSet(false, true)) {
            volume.write("f", "a"); // after the status, before the data
          }
        });
    assertThat(afs.read(FILE)).isEqualTo("a");
  }

  @Test
  void aFileThatChangesAllTheTimeCanBeRead() throws Exception {
    afs.cell.onReply(
        (operation, argument) -> {
          if (operation.equals("FetchData64") || operation.equals("FetchStatus")) {
            volume.write("f", "changed before every reply");
          }
        });
    afs.stat("/example.org");
    assertThat(afs.read(FILE)).isEqualTo("changed before every reply");
  }

  @Test
  void aBreakWhileADirectoryIsOnItsWayIsNotLost() throws Exception {
    afs.stat("/example.org/d");
    AtomicBoolean done = new AtomicBoolean();
    afs.cell.onReply(
        (operation, argument) -> {
          if (operation.equals("FetchData64") && done.compareAndSet(false, true)) {
            volume.file("d/new", "");
          }
        });
    assertThat(afs.list("/example.org/d")).containsExactly("g");
    assertThat(afs.list("/example.org/d")).containsExactly("g", "new");
  }

  @Test
  void namesComeAndGo() throws Exception {
    assertThat(afs.list("/example.org/d")).containsExactly("g");
    volume.file("d/h", "aitch");
    assertThat(afs.list("/example.org/d")).containsExactly("g", "h");
    assertThat(afs.read("/example.org/d/h")).isEqualTo("aitch");
    volume.remove("d/g");
    assertThat(afs.list("/example.org/d")).containsExactly("h");
    assertThatThrownBy(() -> afs.stat("/example.org/d/g"))
        .isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void aFileDeletedWhileOpenIsStale() throws Exception {
    try (AfsFile file =
        afs.client().open(ClientFixture.ANONYMOUS, AfsPath.of(FILE), FinalLink.FOLLOW)) {
      assertThat(ClientFixture.read(file)).isEqualTo("one");
      volume.remove("f");
      assertThatThrownBy(() -> ClientFixture.read(file)).isInstanceOf(AfsException.StaleFid.class);
      assertThatThrownBy(file::status).isInstanceOf(AfsException.StaleFid.class);
    }
  }

  @Test
  void promisesEndWithTheirTime() throws Exception {
    afs.read(FILE);
    afs.clock.advance(FakeServer.PROMISE.minusNanos(1));
    afs.cell.forgetCalls();
    afs.stat(FILE);
    assertThat(afs.cell.calls("FetchStatus")).isZero();
    afs.clock.advance(Duration.ofNanos(1));
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.cell.calls("FetchStatus")).isEqualTo(1); // the root
    assertThat(afs.cell.calls("InlineBulkStatus")).isEqualTo(1); // the file
    assertThat(afs.cell.calls("FetchData64")).isZero(); // the data are of the same version
  }

  @Test
  void aServerThatForgotItsPromisesIsAskedAgain() throws Exception {
    afs.read(FILE);
    afs.fs1.forgetPromises();
    volume.write("f", "three"); // nobody is told
    assertThat(afs.read(FILE)).isEqualTo("three");
    assertThat(afs.client().statistics().statesInitialized()).isEqualTo(1);
  }

  @Test
  void aReleaseEndsThePromisesAboutTheReadOnlyVolume() throws Exception {
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("one");
    volume.write("f", "three");
    assertThat(afs.read(FILE)).isEqualTo("one");
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("three");
  }

  @Test
  void anotherDateOfCreationEndsThePromisesAboutTheVolume() throws Exception {
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("one");
    afs.read("/example.org/d/g");
    volume.write("f", "three");
    afs.cell.connect(new SilentHandler()); // the break is lost
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("one");
    FakeVolume other = afs.cell.volume("other", afs.fs1);
    assertThat(other.id()).isPositive();
    afs.client().volumeStatus(ClientFixture.ANONYMOUS, AfsPath.of("/example.org"));
    afs.stat("/example.org/d"); // all believed still
    afs.client().stat(new Named("alice"), AfsPath.of("/example.org"), FinalLink.FOLLOW);
    assertThat(afs.read(FILE)).isEqualTo("three");
  }

  @Test
  void aVolumeRestoredFromADumpHasOtherDataUnderTheSameVersion() throws Exception {
    assertThat(afs.read(FILE)).isEqualTo("one");
    volume.write("f", "two");
    assertThat(afs.read(FILE)).isEqualTo("two");
    long version = afs.stat(FILE).dataVersion();
    volume.overwriteInPlace("f", "dos");
    volume.restore(Instant.ofEpochSecond(2_000));
    assertThat(afs.stat(FILE).dataVersion()).isEqualTo(version);
    assertThat(afs.read(FILE)).isEqualTo("dos");
  }

  @Test
  void listenersAreToldBeforeTheWriterGoesOn() throws Exception {
    List<Fid> changed = new ArrayList<>();
    afs.client()
        .addChangeListener(
            new ChangeListener() {
              @Override
              public void changed(Fid fid) {
                changed.add(fid);
              }

              @Override
              public void manyChanged() {}
            });
    afs.read(FILE);
    volume.write("f", "three");
    assertThat(changed).containsExactly(volume.fid("f"));
  }

  @Test
  void rightsAreEachCallersOwn() throws Exception {
    Caller alice = new Named("alice");
    volume.setRights("d", ClientFixture.ANONYMOUS, AccessRights.LOOKUP);
    volume.setRights("d", alice, AccessRights.READ | AccessRights.LOOKUP);
    assertThat(afs.read(alice, "/example.org/d/g")).isEqualTo("gee");
    assertThatThrownBy(() -> afs.read("/example.org/d/g"))
        .isInstanceOf(AfsException.PermissionDenied.class);
    assertThat(afs.list("/example.org/d")).containsExactly("g");
    assertThat(afs.stat("/example.org/d/g").rights().bits()).isEqualTo(AccessRights.LOOKUP);
  }

  @Test
  void whoMayNotLookIntoADirectoryFindsNothingInIt() throws Exception {
    Caller alice = new Named("alice");
    volume.setRights("d", ClientFixture.ANONYMOUS, 0);
    assertThat(afs.read(alice, "/example.org/d/g")).isEqualTo("gee");
    assertThatThrownBy(() -> afs.stat("/example.org/d/g"))
        .isInstanceOf(AfsException.PermissionDenied.class);
    assertThatThrownBy(() -> afs.list("/example.org/d"))
        .isInstanceOf(AfsException.PermissionDenied.class);
    assertThat(afs.stat("/example.org/d").type()).isEqualTo(FileType.DIRECTORY);
  }

  @Test
  void dataAreFetchedOnceForAllCallers() throws Exception {
    afs.read(FILE);
    afs.cell.forgetCalls();
    assertThat(afs.read(new Named("alice"), FILE)).isEqualTo("one");
    assertThat(afs.cell.calls("FetchData64")).isZero();
    assertThat(afs.cell.calls("FetchStatus")).isEqualTo(1); // her rights on the directory
    afs.cell.forgetCalls();
    afs.read(FILE);
    afs.read(new Named("alice"), FILE);
    assertThat(afs.cell.calls()).isEmpty(); // neither made the client forget the other
  }

  @Test
  void aRightThatIsTakenAwayIsGoneAtOnceThoughTheDataAreCached() throws Exception {
    try (AfsFile file =
        afs.client()
            .open(ClientFixture.ANONYMOUS, AfsPath.of("/example.org/d/g"), FinalLink.FOLLOW)) {
      assertThat(ClientFixture.read(file)).isEqualTo("gee");
      volume.setRights("d", ClientFixture.ANONYMOUS, 0);
      assertThatThrownBy(() -> ClientFixture.read(file))
          .isInstanceOf(AfsException.PermissionDenied.class);
    }
  }

  @Test
  void anOpenFileTellsTheRightsOnItsDirectoryAsTheyAreNow() throws Exception {
    afs.read("/example.org/d/g"); // so that rights on the file itself are known
    volume.setRights("d", ClientFixture.ANONYMOUS, AccessRights.LOOKUP);
    try (AfsFile file =
        afs.client()
            .open(ClientFixture.ANONYMOUS, AfsPath.of("/example.org/d/g"), FinalLink.FOLLOW)) {
      assertThat(file.status().rights().contains(AccessRights.READ)).as("what was told").isTrue();
      assertThat(file.rights()).isEqualTo(new AccessRights(AccessRights.LOOKUP));

      volume.setRights("d", ClientFixture.ANONYMOUS, AccessRights.READ | AccessRights.LOOKUP);
      assertThat(file.rights().contains(AccessRights.READ)).isTrue();
    }
  }

  @Test
  void closingGivesPromisesUp() throws Exception {
    afs.read(FILE);
    assertThat(afs.fs1.promiseCount()).isPositive();
    afs.client().close();
    assertThat(afs.fs1.promiseCount()).isZero();
    assertThat(afs.cell.calls("GiveUpAllCallBacks")).isEqualTo(1);
    afs.client().close();
    assertThat(afs.cell.calls("GiveUpAllCallBacks")).isEqualTo(1);
  }
}
