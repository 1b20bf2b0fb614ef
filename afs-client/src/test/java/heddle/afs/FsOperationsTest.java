package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.ServerFacts.Kind;
import heddle.afs.ServerFacts.State;
import heddle.afs.testkit.FakeServer;
import heddle.afs.testkit.FakeVolume;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the {@code fs} command asks of a client. */
class FsOperationsTest {
  private final ClientFixture afs = new ClientFixture();
  private FakeVolume home;

  @BeforeEach
  void makeVolumes() {
    FakeVolume root =
        afs.cell
            .volume("root.cell", afs.fs1)
            .file("README", "welcome")
            .link("link", "README")
            .dir("bin.amd64_test")
            .file("bin.amd64_test/tool", "for amd64")
            .dir("bin.any")
            .file("bin.any/tool", "for any")
            .mount("home", "#home.")
            .mount("rw", "%example.org:home.");
    home = afs.cell.volume("home", afs.fs2).file("notes", "mine").writable();
    afs.cell.release(root, afs.fs1, afs.fs2);
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private FsOperations fs() {
    return afs.client().fs();
  }

  private ClientSettings settings() {
    return afs.client().settings();
  }

  private static AfsPath path(String path) {
    return AfsPath.of(path);
  }

  @Test
  void whereAFileIsIsTold() throws Exception {
    FileLocation notes = fs().locate(ClientFixture.ANONYMOUS, path("/example.org/home/notes"));

    assertThat(notes.fid()).isEqualTo(home.fid("notes"));
    assertThat(notes.volume()).isEqualTo("home");
    assertThat(notes.servers()).containsExactly(afs.fs2.address().getAddress());
    assertThat(fs().locate(ClientFixture.ANONYMOUS, path("/example.org")).servers()).hasSize(2);
    assertThat(fs().locate(ClientFixture.ANONYMOUS, path("/")).servers()).isEmpty();
  }

  @Test
  void mountPointsAndLinksAreLookedAtThemselves() throws Exception {
    AfsPath mount = path("/example.org/home");

    assertThat(fs().mountPoint(ClientFixture.ANONYMOUS, mount)).isEqualTo("#home.");
    assertThat(fs().mountPoint(ClientFixture.ANONYMOUS, path("/example.org/rw")))
        .isEqualTo("%example.org:home.");
    assertThat(fs().literalFid(ClientFixture.ANONYMOUS, mount))
        .isNotEqualTo(home.fid(""))
        .isNotEqualTo(afs.stat("/example.org/home").fid());
    assertThat(fs().literalFid(ClientFixture.ANONYMOUS, path("/example.org/link")))
        .isEqualTo(afs.stat("/example.org/link").fid());
    for (String other : List.of("/example.org/README", "/example.org", "/example.org/home/..")) {
      assertThatThrownBy(() -> fs().mountPoint(ClientFixture.ANONYMOUS, path(other)))
          .isInstanceOf(AfsException.InvalidArgument.class);
    }
  }

  @Test
  void volumesAreKnownToExistOrNot() throws Exception {
    assertThat(fs().volumeExists("example.org", "home")).isTrue();
    assertThat(fs().volumeExists("example.org", "root.cell.readonly")).isTrue();
    assertThat(fs().volumeExists("example.org", "home.backup")).isFalse();
    assertThat(fs().volumeExists("example.org", "nosuch")).isFalse();
    assertThatThrownBy(() -> fs().volumeExists("nosuch.example", "home"))
        .isInstanceOf(AfsException.NoSuchCell.class);
  }

  private long fetches() {
    return afs.cell.calls("FetchData64");
  }

  @Test
  void whatIsFlushedIsFetchedAgain() throws Exception {
    afs.read("/example.org/home/notes");
    long before = fetches();
    afs.read("/example.org/home/notes");
    assertThat(fetches()).isEqualTo(before);

    long shown = afs.stat("/example.org/home/notes").foreignVersion();

    fs().flush(ClientFixture.ANONYMOUS, path("/example.org/home/notes"));
    assertThat(afs.stat("/example.org/home/notes").foreignVersion())
        .as("so that a kernel above drops its pages")
        .isNotEqualTo(shown);
    assertThat(afs.read("/example.org/home/notes")).isEqualTo("mine");
    assertThat(fetches()).isEqualTo(before + 1);

    afs.read("/example.org/README");
    long names = fetches();
    fs().flush(ClientFixture.ANONYMOUS, path("/example.org"));
    afs.read("/example.org/README");
    assertThat(fetches()).as("names of the cell's root").isEqualTo(names + 1);
    before = names;

    fs().flushVolume(ClientFixture.ANONYMOUS, path("/example.org/home"));
    assertThat(afs.read("/example.org/home/notes")).isEqualTo("mine");
    assertThat(fetches()).as("names and data").isEqualTo(before + 3);

    afs.read("/example.org/README");
    long all = fetches();
    fs().flushAll();
    afs.read("/example.org/README");
    assertThat(fetches()).as("names and data").isEqualTo(all + 2);
  }

  @Test
  void whatWasWrittenStaysWhenItIsFlushed() throws Exception {
    AfsPath notes = path("/example.org/home/notes");
    try (AfsFile file =
        afs.client().openForWriting(ClientFixture.ANONYMOUS, notes, AfsClient.FinalLink.FOLLOW)) {
      file.write(ByteBuffer.wrap("ours".getBytes(StandardCharsets.UTF_8)), 0);
      fs().flush(ClientFixture.ANONYMOUS, notes);
      assertThat(ClientFixture.read(file)).isEqualTo("ours");
      file.flush();
    }
    assertThat(home.bytes("notes")).asString(StandardCharsets.UTF_8).isEqualTo("ours");
  }

  @Test
  void atSysStandsForTheFirstNameThatExists() throws Exception {
    settings().setSystemNames(List.of("sparc_test", "amd64_test", "any"));
    assertThat(afs.read("/example.org/bin.@sys/tool")).isEqualTo("for amd64");
    settings().setSystemNames(List.of("any", "amd64_test"));
    assertThat(afs.read("/example.org/bin.@sys/tool")).isEqualTo("for any");
    settings().setSystemNames(List.of());
    assertThatThrownBy(() -> afs.read("/example.org/bin.@sys/tool"))
        .isInstanceOf(AfsException.NoSuchFile.class)
        .hasMessageContaining("@sys");
    assertThat(afs.list("/example.org")).doesNotContain("bin.@sys");
  }

  @Test
  void cellsHaveOtherNames() throws Exception {
    afs.config(
        config ->
            config.withPreferences(
                Preferences.DEFAULT.withCellAliases(Map.of("ex", "example.org"))));
    assertThat(afs.read("/@cell/README")).isEqualTo("welcome");
    assertThat(afs.read("/ex/README")).isEqualTo("welcome");
    assertThat(afs.follow("/.ex").fid()).isEqualTo(afs.follow("/.example.org").fid());
    assertThat(afs.list("/")).containsExactlyInAnyOrder("example.org", "ex");
    assertThat(settings().cells().aliases())
        .containsExactly(new CellFacts.Alias("ex", "example.org"));
    assertThat(settings().cells().own()).contains("example.org");
  }

  private List<InetAddress> order() throws AfsException {
    return fs().locate(ClientFixture.ANONYMOUS, path("/example.org")).servers();
  }

  @Test
  void theLowestRankIsAskedFirstAndADeadServerLast() throws Exception {
    afs.list("/example.org");
    for (FakeServer preferred : List.of(afs.fs2, afs.fs1, afs.fs2)) {
      FakeServer other = preferred == afs.fs1 ? afs.fs2 : afs.fs1;
      settings().setRank(Kind.FILES, preferred.address().getAddress(), 5);
      settings().setRank(Kind.FILES, other.address().getAddress(), 30_000);
      assertThat(order()).first().isEqualTo(preferred.address().getAddress());
    }
    settings().setRank(Kind.FILES, afs.fs1.address().getAddress(), 20_000);
    assertThat(order()).first().isEqualTo(afs.fs2.address().getAddress());
    afs.fs2.setUp(false);
    settings().checkServers(Optional.empty());
    assertThat(order()).first().isEqualTo(afs.fs1.address().getAddress());
    assertThatThrownBy(() -> settings().setRank(Kind.FILES, afs.fs1.address().getAddress(), 65_536))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aServerWithARankIsAskedBeforeThoseThatHaveNone() throws Exception {
    afs.list("/example.org");
    settings().setRank(Kind.FILES, afs.fs2.address().getAddress(), 19_999);
    assertThat(order()).first().isEqualTo(afs.fs2.address().getAddress());
    settings().setRank(Kind.FILES, afs.fs2.address().getAddress(), 65_535);
    assertThat(order()).first().isEqualTo(afs.fs1.address().getAddress());
  }

  @Test
  void serversAreFoundToBeUpOrDown() throws Exception {
    assertThat(settings().servers()).isEmpty();
    afs.read("/example.org/home/notes");
    assertThat(settings().checkServers(Optional.of("EXAMPLE.org")))
        .hasSize(afs.cell.locationServers().size() + 2)
        .extracting(ServerFacts::state)
        .containsOnly(State.UP);

    afs.fs1.setUp(false);
    afs.cell.setLocationServersUp(false);
    List<ServerFacts> now = settings().checkServers(Optional.empty());

    assertThat(now)
        .filteredOn(server -> server.state() == State.UP)
        .singleElement()
        .satisfies(
            server ->
                assertThat(server.addresses())
                    .extracting(ServerFacts.Address::address)
                    .containsExactly(afs.fs2.address().getAddress()));
    assertThatThrownBy(() -> settings().checkServers(Optional.of("nosuch.example")))
        .isInstanceOf(AfsException.NoSuchCell.class);
  }
}
