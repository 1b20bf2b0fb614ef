package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.testkit.FakeVolume;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names, dots, links, mount points and the dynamic root. */
class PathWalkingTest {
  private final ClientFixture afs = new ClientFixture();
  private FakeVolume rootCell;
  private FakeVolume rootCellReadOnly;
  private FakeVolume tools;
  private FakeVolume toolsReadOnly;
  private FakeVolume home;

  @BeforeEach
  void makeVolumes() {
    rootCell =
        afs.cell
            .volume("root.cell", afs.fs1)
            .file("README", "welcome")
            .dir("d")
            .dir("d/e")
            .file("d/e/f", "deep")
            .link("relative", "d/e/f")
            .link("upwards", "d/e/../../README")
            .link("absolute", "/afs/example.org/d/e/f")
            .link("outside", "/etc/passwd")
            .link("dangling", "no/such")
            .link("toDirectory", "d")
            .link("a", "b")
            .link("b", "a")
            .mount("tools", "#tools.")
            .mount("tools.rw", "%tools.")
            .mount("tools.ro", "#tools.readonly.")
            .mount("home", "#home.")
            .mount("again", "#root.cell.")
            .mount("gone", "#nothing.")
            .mount("elsewhere", "#example.net:root.cell.")
            .mount("nonsense", "#");
    tools =
        afs.cell.volume("tools", afs.fs1).dir("bin").file("bin/ls", "rw").mount("home", "#home.");
    home = afs.cell.volume("home", afs.fs2).file("notes", "mine").mount("tools", "#tools.");
    toolsReadOnly = afs.cell.release(tools, afs.fs1, afs.fs2);
    rootCellReadOnly = afs.cell.release(rootCell, afs.fs1);
  }

  @AfterEach
  void close() {
    afs.close();
  }

  @Test
  void theDynamicRootListsTheCells() throws Exception {
    assertThat(afs.list("/")).containsExactly("example.org");
    assertThat(afs.stat("/").type()).isEqualTo(FileType.DIRECTORY);
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void aCellIsShownWithoutContactingIt() throws Exception {
    FileStatus before = afs.stat("/example.org");
    assertThat(before.type()).isEqualTo(FileType.DIRECTORY);
    assertThat(afs.cell.calls()).isEmpty();
    afs.list("/example.org");
    FileStatus after = afs.stat("/example.org");
    assertThat(after.inodeNumber()).isEqualTo(before.inodeNumber());
    assertThat(after.dataVersion()).isEqualTo(afs.follow("/example.org").dataVersion());
    assertThat(afs.follow("/example.org").fid()).isEqualTo(rootCellReadOnly.fid("/"));
  }

  @Test
  void nobodyIsAskedForAnUnknownCell() {
    assertThatThrownBy(() -> afs.stat("/example.net")).isInstanceOf(AfsException.NoSuchCell.class);
    assertThatThrownBy(() -> afs.list("/example.net/x"))
        .isInstanceOf(AfsException.NoSuchCell.class);
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void theNamesOfCellsHaveNoCase() throws Exception {
    assertThat(afs.follow("/EXAMPLE.org").fid()).isEqualTo(rootCellReadOnly.fid("/"));
  }

  @Test
  void aDotMeansTheReadWriteVolume() throws Exception {
    assertThat(afs.follow("/.example.org").fid()).isEqualTo(rootCell.fid("/"));
    assertThat(afs.read("/.example.org/README")).isEqualTo("welcome");
  }

  @Test
  void readsThroughNamesAndDots() throws Exception {
    assertThat(afs.read("/example.org/d/e/f")).isEqualTo("deep");
    assertThat(afs.read("/example.org/./d/./e/../e/./f")).isEqualTo("deep");
    assertThat(afs.read("/../../example.org/d/../README")).isEqualTo("welcome");
    assertThat(afs.stat("/example.org/d/..").fid()).isEqualTo(rootCellReadOnly.fid("/"));
    assertThat(afs.list("/example.org/..")).containsExactly("example.org");
  }

  @Test
  void aFileIsNoDirectory() {
    for (String path : new String[] {"README/x", "README/.", "README/..", "README/../d"}) {
      assertThatThrownBy(() -> afs.stat("/example.org/" + path))
          .isInstanceOf(AfsException.NotADirectory.class);
    }
    assertThatThrownBy(() -> afs.list("/example.org/README"))
        .isInstanceOf(AfsException.NotADirectory.class);
  }

  @Test
  void aDirectoryIsNoFile() {
    for (String path : new String[] {"/", "/example.org", "/example.org/d", "/example.org/home"}) {
      assertThatThrownBy(() -> afs.read(path)).isInstanceOf(AfsException.IsADirectory.class);
    }
  }

  @Test
  void whatIsNotThereIsNotThere() {
    assertThatThrownBy(() -> afs.stat("/example.org/nothing"))
        .isInstanceOf(AfsException.NoSuchFile.class);
    assertThatThrownBy(() -> afs.stat("/example.org/d/nothing/more"))
        .isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void aNameCanBeTooLong() {
    assertThatThrownBy(() -> afs.stat("/example.org/" + "x".repeat(257)))
        .isInstanceOf(AfsException.NameTooLong.class);
    assertThatThrownBy(() -> afs.stat("/example.org/" + "x".repeat(256)))
        .isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void linksAreFollowed() throws Exception {
    assertThat(afs.read("/example.org/relative")).isEqualTo("deep");
    assertThat(afs.read("/example.org/upwards")).isEqualTo("welcome");
    assertThat(afs.read("/example.org/absolute")).isEqualTo("deep");
    assertThat(afs.read("/example.org/toDirectory/e/f")).isEqualTo("deep");
    assertThat(afs.read("/example.org/toDirectory/../README")).isEqualTo("welcome");
  }

  @Test
  void linksAreKeptAtTheEndOnRequest() throws Exception {
    assertThat(afs.stat("/example.org/relative").type()).isEqualTo(FileType.SYMLINK);
    assertThat(afs.stat("/example.org/dangling").type()).isEqualTo(FileType.SYMLINK);
    assertThat(afs.follow("/example.org/relative").type()).isEqualTo(FileType.FILE);
    assertThat(readLink("/example.org/absolute")).isEqualTo("/afs/example.org/d/e/f");
    assertThat(readLink("/example.org/dangling")).isEqualTo("no/such");
  }

  private String readLink(String path) throws AfsException {
    return new String(afs.client().readLink(ClientFixture.ANONYMOUS, AfsPath.of(path)), UTF_8);
  }

  @Test
  void onlyALinkHasATarget() {
    for (String path : new String[] {"/", "/example.org/README", "/example.org/tools"}) {
      assertThatThrownBy(() -> readLink(path)).isInstanceOf(AfsException.NotALink.class);
    }
  }

  @Test
  void linksThatLeadNowhere() {
    assertThatThrownBy(() -> afs.follow("/example.org/dangling"))
        .isInstanceOf(AfsException.NoSuchFile.class);
    assertThatThrownBy(() -> afs.follow("/example.org/outside"))
        .isInstanceOf(AfsException.NoSuchFile.class)
        .hasMessageContaining("/etc/passwd");
    assertThatThrownBy(() -> afs.follow("/example.org/a"))
        .isInstanceOf(AfsException.TooManyLinks.class);
  }

  @Test
  void mountPointsLeadFromReadOnlyToReadOnlyVolumes() throws Exception {
    assertThat(afs.stat("/example.org/tools").fid()).isEqualTo(toolsReadOnly.fid("/"));
    assertThat(afs.stat("/example.org/tools.ro").fid()).isEqualTo(toolsReadOnly.fid("/"));
    assertThat(afs.stat("/example.org/tools.rw").fid()).isEqualTo(tools.fid("/"));
    assertThat(afs.stat("/example.org/home").fid()).isEqualTo(home.fid("/"));
  }

  @Test
  void mountPointsLeadFromReadWriteToReadWriteVolumes() throws Exception {
    assertThat(afs.stat("/.example.org/tools").fid()).isEqualTo(tools.fid("/"));
    assertThat(afs.stat("/.example.org/tools.ro").fid()).isEqualTo(toolsReadOnly.fid("/"));
    assertThat(afs.stat("/example.org/home/tools").fid()).isEqualTo(tools.fid("/"));
  }

  @Test
  void dotDotLeadsOutOfAVolumeTheWayThatLedIn() throws Exception {
    assertThat(afs.stat("/example.org/tools/..").fid()).isEqualTo(rootCellReadOnly.fid("/"));
    assertThat(afs.stat("/example.org/tools/bin/../..").fid()).isEqualTo(rootCellReadOnly.fid("/"));
    assertThat(afs.stat("/example.org/home/tools/..").fid()).isEqualTo(home.fid("/"));
    assertThat(afs.stat("/example.org/tools/home/..").fid()).isEqualTo(toolsReadOnly.fid("/"));
  }

  @Test
  void aVolumeMayBeMountedWithinItself() throws Exception {
    assertThat(afs.read("/example.org" + "/again".repeat(100) + "/README")).isEqualTo("welcome");
    assertThat(afs.stat("/example.org/again/again/..").fid()).isEqualTo(rootCellReadOnly.fid("/"));
  }

  @Test
  void mountPointsThatLeadNowhereHarmNothingElse() throws Exception {
    assertThatThrownBy(() -> afs.stat("/example.org/gone"))
        .isInstanceOf(AfsException.NoSuchVolume.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> afs.stat("/example.org/elsewhere"))
        .isInstanceOf(AfsException.NoSuchCell.class)
        .hasMessageContaining("example.net");
    assertThatThrownBy(() -> afs.stat("/example.org/nonsense")).isInstanceOf(AfsException.class);
    assertThat(afs.read("/example.org/README")).isEqualTo("welcome");
  }

  @Test
  void whereACellIsNotKnownItIsSaidWhatToDo() {
    for (String path : List.of("/example.net/file", "/.example.net", "/example.org/elsewhere")) {
      assertThatThrownBy(() -> afs.stat(path))
          .isInstanceOf(AfsException.NoSuchCell.class)
          .hasMessageStartingWith("cell example.net is not known")
          .hasMessageContaining("--cell example.net --vlserver ADDRESS");
    }
    assertThatThrownBy(() -> afs.stat("/what is this"))
        .isInstanceOf(AfsException.NoSuchCell.class)
        .hasMessage("\"what is this\" is no cell");
  }

  @Test
  void aVolumeThatIsMadeLaterIsFound() throws Exception {
    assertThatThrownBy(() -> afs.stat("/example.org/gone"))
        .isInstanceOf(AfsException.NoSuchVolume.class);
    FakeVolume nothing = afs.cell.volume("nothing", afs.fs2).file("x", "new");
    assertThat(afs.stat("/example.org/gone").fid()).isEqualTo(nothing.fid("/"));
  }

  @Test
  void aVolumeThatIsDeletedAndMadeAgainIsFound() throws Exception {
    assertThat(afs.read("/example.org/home/notes")).isEqualTo("mine");
    afs.cell.delete(home);
    afs.clock.advance(Duration.ofHours(3)); // promises are over
    assertThatThrownBy(() -> afs.read("/example.org/home/notes"))
        .isInstanceOf(AfsException.NoSuchVolume.class);
    afs.cell.volume("home", afs.fs1).file("notes", "new");
    assertThat(afs.read("/example.org/home/notes")).isEqualTo("new");
  }

  @Test
  void oneVolumeMayBeTheRoot() throws Exception {
    afs.rootVolume("tools");
    assertThat(afs.stat("/").fid()).isEqualTo(toolsReadOnly.fid("/"));
    assertThat(afs.read("/bin/ls")).isEqualTo("rw");
    assertThat(afs.stat("/bin/../..").fid()).isEqualTo(toolsReadOnly.fid("/"));
    assertThat(afs.read("/home/notes")).isEqualTo("mine");
  }

  @Test
  void theRootVolumeMayBeNamedWithItsSuffix() throws Exception {
    afs.rootVolume("home.readonly");
    assertThatThrownBy(() -> afs.stat("/")).isInstanceOf(AfsException.NoSuchVolume.class);
  }

  @Test
  void absoluteLinksLeadToCellsWhateverTheRootIs() throws Exception {
    afs.rootVolume("root.cell");
    assertThat(afs.read("/absolute")).isEqualTo("deep");
  }

  @Test
  void entriesAreListedWithoutCrossingMountPoints() throws Exception {
    try (AfsDirectory directory =
        afs.client().openDirectory(ClientFixture.ANONYMOUS, AfsPath.of("/example.org"))) {
      for (DirectoryEntry entry : directory.entries()) {
        FileStatus status = directory.status(entry);
        assertThat(status.fid()).isEqualTo(entry.fid());
        if (entry.nameText().startsWith("tools")) {
          assertThat(status.type()).isEqualTo(FileType.MOUNT_POINT);
        }
      }
      assertThat(directory.entries()).hasSize(18);
    }
    assertThat(afs.cell.calls("GetEntryByNameU")).isEqualTo(1);
  }

  @Test
  void volumesHaveAStatus() throws Exception {
    VolumeStatus status =
        afs.client().volumeStatus(ClientFixture.ANONYMOUS, AfsPath.of("/example.org/tools/bin"));
    assertThat(status.name()).isEqualTo("tools");
    assertThat(status.volume()).isEqualTo(toolsReadOnly.id());
    assertThat(status.readOnly()).isTrue();
    assertThat(status.used()).isEqualTo(7);
    assertThat(afs.client().volumeStatus(ClientFixture.ANONYMOUS, AfsPath.root()).readOnly())
        .isTrue();
  }

  @Test
  void aDeepPathCostsNothingWhenAllIsKnown() throws Exception {
    afs.stat("/example.org/d/e/f");
    afs.cell.forgetCalls();
    for (int i = 0; i < 100; i++) {
      afs.stat("/example.org/d/e/f");
    }
    assertThat(afs.cell.calls()).isEmpty();
  }
}
