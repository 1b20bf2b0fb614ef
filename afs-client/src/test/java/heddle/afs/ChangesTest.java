package heddle.afs;

import static heddle.afs.ClientFixture.ANONYMOUS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.location.CallFailure;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.testkit.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What has which name, and the statuses of files: changed by one client. */
class ChangesTest {
  private static final String HOME = "/example.org/home/";

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume home;

  @BeforeEach
  void makeVolumes() {
    FakeVolume root =
        afs.cell
            .volume("root.cell", afs.fs1)
            .mount("home", "#home.")
            .mount("other", "#other.")
            .mount("frozen", "#frozen.");
    home =
        afs.cell
            .volume("home", afs.fs1)
            .dir("dir")
            .dir("full")
            .file("full/one", "1")
            .file("file", "old")
            .file("victim", "doomed")
            .mount("mounted", "#other.")
            .writable();
    afs.cell.volume("other", afs.fs1).file("f", "other").writable();
    FakeVolume frozen = afs.cell.volume("frozen", afs.fs1).file("f", "cold").writable();
    afs.cell.release(root, afs.fs1);
    afs.cell.release(frozen, afs.fs1);
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private static AfsPath path(String name) {
    return AfsPath.of(HOME + name);
  }

  private AfsClient client() {
    return afs.client();
  }

  /** Runs a change with everything known before, and returns how many fetches followed it. */
  private long fetchesAround(ThrowingCallable change, String... looks) throws Throwable {
    afs.list(HOME);
    afs.stat(HOME);
    for (String name : home.names("")) {
      afs.stat(HOME + name);
    }
    afs.list(HOME + "dir");
    afs.cell.forgetCalls();
    change.call();
    for (String look : looks) {
      afs.list(HOME + look);
    }
    return afs.cell.calls().stream()
        .filter(call -> call.startsWith("Fetch") || call.startsWith("Inline"))
        .count();
  }

  @Test
  void aNewFileIsThereAndEmpty() throws Throwable {
    long fetches =
        fetchesAround(
            () -> {
              try (AfsFile made = client().create(ANONYMOUS, path("new"), 0640)) {
                assertThat(made.status().length()).isZero();
                assertThat(made.status().mode()).isEqualTo(0640);
                assertThat(ClientFixture.read(made)).isEmpty();
              }
              assertThat(afs.stat(HOME + "new").type()).isEqualTo(FileType.FILE);
            },
            "");
    assertThat(fetches).as("everything is known from the reply").isZero();
    assertThat(afs.list(HOME)).contains("new");
    assertThat(home.names("")).contains("new");
    assertThat(home.mode("new")).isEqualTo(0640);
  }

  @Test
  void aTakenNameIsRefusedWithoutACall() throws Exception {
    afs.list(HOME);
    afs.cell.forgetCalls();
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("file"), 0644))
        .isInstanceOf(AfsException.FileExists.class);
    assertThatThrownBy(() -> client().makeDirectory(ANONYMOUS, path("dir"), 0755))
        .isInstanceOf(AfsException.FileExists.class);
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void aTakenNameThatIsNotKnownHereIsRefusedByTheServer() throws Exception {
    afs.stat(HOME);
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("file"), 0644))
        .isInstanceOf(AfsException.FileExists.class);
    assertThat(afs.cell.calls("CreateFile")).isOne();
  }

  @Test
  void namesAreBytes() throws Exception {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0x80, ' ', '\n'};
    AfsPath odd = AfsPath.of(HOME).resolve(bytes);
    client().create(ANONYMOUS, odd, 0644).close();
    assertThat(client().stat(ANONYMOUS, odd, FinalLink.KEEP).length()).isZero();
    try (AfsDirectory directory = client().openDirectory(ANONYMOUS, AfsPath.of(HOME))) {
      assertThat(directory.entries())
          .anySatisfy(entry -> assertThat(entry.name()).isEqualTo(bytes));
    }
    client().remove(ANONYMOUS, odd);
    assertThat(home.names(""))
        .doesNotContain(new String(new String(bytes, ISO_8859_1).getBytes(ISO_8859_1), UTF_8));
  }

  @Test
  void aNewDirectoryIsEmptyAndItsParentHasOneLinkMore() throws Throwable {
    int before = afs.follow(HOME).linkCount();
    long fetches =
        fetchesAround(
            () -> {
              FileStatus made = client().makeDirectory(ANONYMOUS, path("d2"), 0700);
              assertThat(made.linkCount()).isEqualTo(2);
              assertThat(made.mode()).isEqualTo(0700);
            },
            "d2",
            "");
    assertThat(fetches).isZero();
    assertThat(afs.list(HOME + "d2")).isEmpty();
    assertThat(afs.follow(HOME).linkCount()).isEqualTo(before + 1);
    client().create(ANONYMOUS, path("d2/inside"), 0644).close();
    assertThat(afs.list(HOME + "d2")).containsExactly("inside");
  }

  @Test
  void aRemovedFileIsGone() throws Throwable {
    AfsFile open = client().open(ANONYMOUS, path("file"), FinalLink.KEEP);
    open.close();
    long fetches = fetchesAround(() -> client().remove(ANONYMOUS, path("file")), "");
    assertThat(fetches).isZero();
    assertThatThrownBy(() -> afs.stat(HOME + "file")).isInstanceOf(AfsException.NoSuchFile.class);
    assertThat(home.names("")).doesNotContain("file");
    assertThatThrownBy(() -> client().remove(ANONYMOUS, path("file")))
        .isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void directoriesAndFilesAreRemovedEachInItsWay() throws Exception {
    assertThatThrownBy(() -> client().remove(ANONYMOUS, path("dir")))
        .isInstanceOf(AfsException.IsADirectory.class);
    assertThatThrownBy(() -> client().removeDirectory(ANONYMOUS, path("file")))
        .isInstanceOf(AfsException.NotADirectory.class);
    assertThatThrownBy(() -> client().removeDirectory(ANONYMOUS, path("full")))
        .isInstanceOf(AfsException.DirectoryNotEmpty.class);
    assertThatThrownBy(() -> client().remove(ANONYMOUS, path("mounted")))
        .isInstanceOf(AfsException.IsADirectory.class);
    assertThatThrownBy(() -> client().removeDirectory(ANONYMOUS, path("mounted")))
        .isInstanceOf(AfsException.NotADirectory.class);
    client().removeDirectory(ANONYMOUS, path("dir"));
    assertThat(afs.list(HOME)).doesNotContain("dir").contains("full", "mounted");
  }

  @Test
  void aSymbolicLinkIsStoredAsItIs() throws Exception {
    byte[] target = {'.', '.', '/', (byte) 0xfe};
    client().makeSymbolicLink(ANONYMOUS, path("link"), target);
    assertThat(client().readLink(ANONYMOUS, path("link"))).isEqualTo(target);
    assertThat(afs.stat(HOME + "link").type()).isEqualTo(FileType.SYMLINK);
    client().remove(ANONYMOUS, path("link"));
    assertThat(afs.list(HOME)).doesNotContain("link");
  }

  /** Servers promise nothing of a link that they make. */
  @Test
  void whoMakesASymbolicLinkKnowsItForASecond() throws Throwable {
    byte[] target = {'d', 'i', 'r'};
    long fetches =
        fetchesAround(
            () -> {
              client().makeSymbolicLink(ANONYMOUS, path("link"), target);
              assertThat(afs.stat(HOME + "link").type()).isEqualTo(FileType.SYMLINK);
              assertThat(client().readLink(ANONYMOUS, path("link"))).isEqualTo(target);
            });
    assertThat(fetches).isZero();

    afs.clock.advance(Duration.ofSeconds(1));
    afs.cell.forgetCalls();
    afs.stat(HOME + "link");
    assertThat(afs.cell.calls()).hasSize(1);
  }

  @Test
  void aMountPointLeadsToItsVolumeUntilItIsRemoved() throws Exception {
    client().makeMountPoint(ANONYMOUS, path("m"), "#other.");
    assertThat(afs.read(HOME + "m/f")).isEqualTo("other");
    client().removeMountPoint(ANONYMOUS, path("m"));
    assertThat(afs.list(HOME)).doesNotContain("m");
    assertThat(afs.read(HOME + "mounted/f")).isEqualTo("other");
    assertThatThrownBy(() -> client().removeMountPoint(ANONYMOUS, path("file")))
        .isInstanceOf(AfsException.InvalidArgument.class);
    assertThatThrownBy(() -> client().makeMountPoint(ANONYMOUS, path("n"), "other"))
        .isInstanceOf(AfsException.InvalidArgument.class);
  }

  @Test
  void aFileIsMovedWithinItsDirectory() throws Throwable {
    long fetches =
        fetchesAround(
            () -> {
              client().rename(ANONYMOUS, path("file"), path("moved"));
              assertThat(afs.stat(HOME + "moved").length()).isEqualTo(3);
            },
            "");
    assertThat(fetches).isZero();
    assertThat(afs.list(HOME)).contains("moved").doesNotContain("file");
    assertThat(afs.read(HOME + "moved")).isEqualTo("old");
  }

  @Test
  void aFileIsMovedToAnotherDirectory() throws Throwable {
    long fetches =
        fetchesAround(
            () -> {
              client().rename(ANONYMOUS, path("file"), path("dir/moved"));
              assertThat(afs.stat(HOME + "dir/moved").length()).isEqualTo(3);
            },
            "",
            "dir");
    assertThat(fetches).isZero();
    assertThat(afs.list(HOME)).doesNotContain("file");
    assertThat(afs.list(HOME + "dir")).containsExactly("moved");
  }

  @Test
  void whatHadTheNewNameIsReplaced() throws Exception {
    afs.read(HOME + "victim");
    client().rename(ANONYMOUS, path("file"), path("victim"));
    assertThat(afs.read(HOME + "victim")).isEqualTo("old");
    assertThat(afs.list(HOME)).contains("victim").doesNotContain("file");
    client().rename(ANONYMOUS, path("victim"), path("full/one"));
    assertThat(afs.read(HOME + "full/one")).isEqualTo("old");
  }

  @Test
  void aMovedDirectoryTakesItsLinkWithIt() throws Exception {
    int before = afs.follow(HOME).linkCount();
    client().rename(ANONYMOUS, path("dir"), path("full/dir"));
    assertThat(afs.follow(HOME).linkCount()).isEqualTo(before - 1);
    assertThat(afs.follow(HOME + "full").linkCount()).isEqualTo(3);
    assertThat(afs.list(HOME + "full")).containsExactlyInAnyOrder("one", "dir");
    assertThat(afs.list(HOME + "full/dir")).isEmpty();
  }

  @Test
  void impossibleMovesAreRefused() throws Exception {
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("dir"), path("full")))
        .isInstanceOf(AfsException.DirectoryNotEmpty.class);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("file"), path("full")))
        .isInstanceOf(AfsException.IsADirectory.class);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("dir"), path("file")))
        .isInstanceOf(AfsException.NotADirectory.class);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("full"), path("full/below")))
        .isInstanceOf(AfsException.InvalidArgument.class);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("file"), path("mounted/f2")))
        .isInstanceOf(AfsException.CrossVolume.class);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("nothing"), path("f2")))
        .isInstanceOf(AfsException.NoSuchFile.class);
    client().rename(ANONYMOUS, path("file"), path("file"));
    assertThat(afs.read(HOME + "file")).isEqualTo("old");
  }

  @Test
  void aSecondNameIsOfTheSameFile() throws Exception {
    client().link(ANONYMOUS, path("file"), path("twin"));
    assertThat(afs.stat(HOME + "twin").fid()).isEqualTo(afs.stat(HOME + "file").fid());
    assertThat(afs.stat(HOME + "file").linkCount()).isEqualTo(2);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("twin"), path("dir/twin")))
        .isInstanceOf(AfsException.CrossDirectoryLink.class);
    client().rename(ANONYMOUS, path("twin"), path("file"));
    assertThat(afs.list(HOME)).as("one file, nothing happens").contains("twin", "file");
    client().remove(ANONYMOUS, path("file"));
    assertThat(afs.read(HOME + "twin")).isEqualTo("old");
    assertThat(afs.stat(HOME + "twin").linkCount()).isEqualTo(1);
  }

  @Test
  void aFileHasNamesInOneDirectoryOnly() throws Exception {
    assertThatThrownBy(() -> client().link(ANONYMOUS, path("file"), path("dir/twin")))
        .isInstanceOf(AfsException.CrossDirectoryLink.class);
    assertThatThrownBy(() -> client().link(ANONYMOUS, path("dir"), path("twin")))
        .isInstanceOf(AfsException.NotPermitted.class);
    assertThatThrownBy(() -> client().link(ANONYMOUS, path("file"), path("victim")))
        .isInstanceOf(AfsException.FileExists.class);
  }

  @Test
  void partsOfAStatusAreSet() throws Throwable {
    Instant time = Instant.parse("2020-02-02T02:02:02.75Z");
    long fetches =
        fetchesAround(
            () -> {
              client()
                  .setStatus(
                      ANONYMOUS,
                      path("file"),
                      FinalLink.KEEP,
                      StatusUpdate.NOTHING.withMode(0400).withModified(time));
              assertThat(afs.stat(HOME + "file").mode()).isEqualTo(0400);
            });
    assertThat(fetches).isZero();
    FileStatus status = afs.stat(HOME + "file");
    assertThat(status.modified()).isEqualTo(Instant.parse("2020-02-02T02:02:02Z"));
    assertThat(status.owner()).isZero();
    client()
        .setStatus(
            ANONYMOUS, path("dir"), FinalLink.KEEP, StatusUpdate.NOTHING.withOwner(7).withGroup(8));
    assertThat(afs.stat(HOME + "dir").owner()).isEqualTo(7);
    assertThat(afs.stat(HOME + "dir").group()).isEqualTo(8);
    assertThat(afs.stat(HOME + "dir").mode()).isEqualTo(0755);
  }

  @Test
  void whatCannotBeChangedIsReadOnly() {
    for (String path : new String[] {"/example.org/new", "/new", "/example.org/frozen/new"}) {
      assertThatThrownBy(() -> client().create(ANONYMOUS, AfsPath.of(path), 0644))
          .as(path)
          .isInstanceOf(AfsException.ReadOnlyVolume.class);
    }
    assertThatThrownBy(() -> client().remove(ANONYMOUS, AfsPath.of("/example.org")))
        .isInstanceOf(AfsException.ReadOnlyVolume.class);
    assertThatThrownBy(
            () ->
                client()
                    .setStatus(
                        ANONYMOUS,
                        AfsPath.of("/"),
                        FinalLink.KEEP,
                        StatusUpdate.NOTHING.withMode(0)))
        .isInstanceOf(AfsException.ReadOnlyVolume.class);
    assertThat(afs.cell.calls("CreateFile")).isZero();
  }

  @Test
  void theServersRefusalsHaveTheirKinds() throws Exception {
    home.setQuota(1);
    assertThatThrownBy(() -> client().makeDirectory(ANONYMOUS, path("new"), 0755))
        .isInstanceOf(AfsException.QuotaExceeded.class);
    home.setQuota(0);
    home.setPartitionFull(true);
    assertThatThrownBy(() -> client().makeSymbolicLink(ANONYMOUS, path("new"), "x".getBytes(UTF_8)))
        .isInstanceOf(AfsException.NoSpace.class);
    home.setRights("", ANONYMOUS, AccessRights.READ | AccessRights.LOOKUP);
    assertThatThrownBy(() -> client().remove(ANONYMOUS, path("file")))
        .isInstanceOf(AfsException.PermissionDenied.class);
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("x".repeat(256)), 0644))
        .isInstanceOf(AfsException.NameTooLong.class);
    assertThatThrownBy(() -> client().create(ANONYMOUS, path(".."), 0644))
        .isInstanceOf(AfsException.InvalidArgument.class);
    assertThat(afs.list(HOME)).contains("file").doesNotContain("new");
  }

  @Test
  void whoMayDeleteButNotInsertRemovesAnOpenFileForGood() throws Exception {
    try (AfsFile open = client().open(ANONYMOUS, path("file"), FinalLink.KEEP)) {
      int noInsert = AccessRights.READ | AccessRights.LOOKUP | AccessRights.DELETE;
      home.setRights("", ANONYMOUS, noInsert);
      client().remove(ANONYMOUS, path("file"));
      assertThatThrownBy(open::status).isInstanceOf(AfsException.StaleFid.class);
    }
    assertThat(home.names("")).doesNotContain("file").noneMatch(name -> name.startsWith(".__"));
  }

  @Test
  void anAccessListIsTextWithAZeroBehindItOnTheWire() throws Exception {
    byte[] list = "1\n0\nsystem:anyuser\t127\n".getBytes(UTF_8);
    client().setAccessList(ANONYMOUS, path("dir"), list);
    assertThat(home.accessList("dir")).isEqualTo("1\n0\nsystem:anyuser\t127\n\0");
    assertThat(client().accessList(ANONYMOUS, path("dir"))).isEqualTo(list);
    afs.fs1.forgetStoreAcl();
    client().setAccessList(ANONYMOUS, path("full"), list);
    assertThat(home.accessList("full")).endsWith("127\n\0");
    assertThat(afs.cell.calls("OldStoreACL")).isOne();
    assertThat(client().isReadOnly(ANONYMOUS, path("dir"))).isFalse();
    assertThat(client().isReadOnly(ANONYMOUS, AfsPath.of("/example.org/frozen/f"))).isTrue();
    assertThat(client().isReadOnly(ANONYMOUS, AfsPath.of("/"))).isTrue();
  }

  @Test
  void anOpenFileStaysUntilItIsClosedThoughItsNameIsGone() throws Exception {
    AfsFile first = client().open(ANONYMOUS, path("file"), FinalLink.KEEP);
    AfsFile second = client().open(ANONYMOUS, path("file"), FinalLink.KEEP);
    client().remove(ANONYMOUS, path("file"));
    assertThatThrownBy(() -> afs.stat(HOME + "file")).isInstanceOf(AfsException.NoSuchFile.class);
    assertThat(home.names("")).anyMatch(name -> name.startsWith(".__afs"));
    first.close();
    assertThat(ClientFixture.read(second)).isEqualTo("old");
    second.close();
    assertThat(home.names("")).noneMatch(name -> name.startsWith(".__afs"));
  }

  @Test
  void anInterruptOfWhoClosesAHiddenFileDoesNotLeaveIt() throws Exception {
    AfsFile file = client().open(ANONYMOUS, path("file"), FinalLink.KEEP);
    client().remove(ANONYMOUS, path("file"));
    afs.fs1.failNext(CallFailure.of(CallFailure.Kind.INTERRUPTED, "for a test"));
    file.close();
    Eventually.until(
        () -> home.names("").stream().noneMatch(name -> name.startsWith(".__afs")),
        () -> home.names(""));
    assertThat(afs.cell.calls("RemoveFile")).isEqualTo(2);
  }

  @Test
  void anOpenFileStaysThoughAnotherTakesItsName() throws Exception {
    AfsFile open = client().open(ANONYMOUS, path("victim"), FinalLink.KEEP);
    client().rename(ANONYMOUS, path("file"), path("victim"));
    assertThat(afs.read(HOME + "victim")).isEqualTo("old");
    ByteBuffer all = ByteBuffer.allocate(10);
    assertThat(open.read(all, 0)).isEqualTo(6);
    open.close();
    assertThat(home.names("")).noneMatch(name -> name.startsWith(".__afs"));
    assertThat(afs.read(HOME + "victim")).isEqualTo("old");
  }

  @Test
  void anOpenFileKeepsItsNameWhereTheOtherCannotTakeIt() throws Exception {
    client().link(ANONYMOUS, path("file"), path("twin"));
    AfsFile open = client().open(ANONYMOUS, path("full/one"), FinalLink.KEEP);
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("file"), path("full/one")))
        .isInstanceOf(AfsException.CrossDirectoryLink.class);
    assertThat(home.names("full")).containsExactly("one");
    open.close();
    assertThat(afs.read(HOME + "full/one")).isEqualTo("1");
    assertThat(home.names("full")).containsExactly("one");
  }

  @Test
  void aHiddenFileThatGetsANameIsAFileLikeOthers() throws Exception {
    AfsFile open = client().openForWriting(ANONYMOUS, path("file"), FinalLink.KEEP);
    client().remove(ANONYMOUS, path("file"));
    String hidden =
        home.names("").stream().filter(name -> name.startsWith(".__afs")).findFirst().orElseThrow();
    client().rename(ANONYMOUS, path(hidden), path("kept"));
    open.write(ByteBuffer.wrap("new".getBytes(UTF_8)), 0);
    open.close();
    assertThat(afs.read(HOME + "kept")).isEqualTo("new");
    assertThat(home.names("")).contains("kept");
  }

  @Test
  void anOpenFileWithAnotherNameNeedsNoHiding() throws Exception {
    client().link(ANONYMOUS, path("file"), path("twin"));
    try (AfsFile open = client().open(ANONYMOUS, path("file"), FinalLink.KEEP)) {
      client().remove(ANONYMOUS, path("file"));
      assertThat(home.names("")).noneMatch(name -> name.startsWith(".__afs"));
      assertThat(ClientFixture.read(open)).isEqualTo("old");
    }
    assertThat(afs.read(HOME + "twin")).isEqualTo("old");
  }
}
