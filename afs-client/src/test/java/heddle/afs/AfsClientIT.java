package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.auth.Caller;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client on real OpenAFS servers, changed and stopped under its hands. */
@NeedsCell
class AfsClientIT {
  private static final Caller ANYBODY = Caller.anonymous();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(6); // of what is to fail
  private static final String ROOT = "/" + RealCell.name();
  private static final String ACL = "acl / -204:127,-101:63\n";
  private static final String REMOVE =
      "vos remove -id %s.readonly -localauth || true; vos remove -id %s -localauth";
  private static final int MEBIBYTE = 1 << 20;

  private static final List<String> MADE = new ArrayList<>();

  private static OtherClient other;
  private AfsClient afs;

  @BeforeAll
  static void makeVolumes() throws Exception {
    other = OtherClient.open();
    StringBuilder spec = new StringBuilder(ACL);
    for (int size : new int[] {0, 1, 1411, 1412, 1413, 4096, MEBIBYTE, 9 * MEBIBYTE + 77}) {
      spec.append("pattern /p").append(size).append(' ').append(size).append('\n');
    }
    spec.append("dir /many\n");
    for (int i = 0; i < 500; i++) {
      spec.append("pattern /many/file").append(i).append(' ').append(i).append('\n');
    }
    spec.append("mount /other #it.other.\nmount /gone #it.gone.\nmount /self #it.main.\n");
    spec.append("link /link other/../p1\n");
    newVolume("it.main", "fs1", spec.toString());
    newVolume("it.other", "fs2", ACL + "pattern /p 300000\nfile /f hello from fs2\n");
  }

  private static void newVolume(String name, String host, String spec) throws Exception {
    RealCell.runWithInput(spec, "newvol", name, host);
  }

  /** Makes a volume that a cell which goes on living cannot have from an earlier run. */
  private static String newVolumeOnce(String prefix, String spec) throws Exception {
    String name = prefix + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    newVolume(name, "fs1", spec);
    MADE.add(name);
    return name;
  }

  @AfterAll
  static void close() throws Exception {
    other.close();
    for (String name : MADE) {
      RealCell.run("on", "fs1", "sh", "-c", REMOVE.formatted(name, name));
    }
  }

  @BeforeEach
  void open() throws IOException {
    afs = AfsClient.open(config());
  }

  private static AfsConfig config() {
    return AfsConfig.DEFAULT
        .withCells(Map.of(RealCell.name(), List.of(RealCell.databaseServer())))
        .withTimeout(TIMEOUT);
  }

  private void openWithRoot(String volume) throws IOException {
    afs.close();
    afs = AfsClient.open(config().withRootVolume(volume));
  }

  @AfterEach
  void closeClient() {
    afs.close();
  }

  private byte[] read(String path) throws AfsException {
    try (AfsFile file = afs.open(ANYBODY, AfsPath.of(path), FinalLink.FOLLOW)) {
      ByteBuffer all = ByteBuffer.allocate((int) file.status().length() + 1);
      int count = file.read(all, 0);
      return Arrays.copyOf(all.array(), count);
    }
  }

  private String readText(String path) throws AfsException {
    return new String(read(path), UTF_8);
  }

  private FileStatus stat(String path) throws AfsException {
    return afs.stat(ANYBODY, AfsPath.of(path), FinalLink.KEEP);
  }

  private List<String> list(String path) throws AfsException {
    try (AfsDirectory directory = afs.openDirectory(ANYBODY, AfsPath.of(path))) {
      return directory.entries().stream().map(DirectoryEntry::nameText).toList();
    }
  }

  /** Every 16 bytes are their own offset, as text. */
  private static byte[] pattern(int size) {
    StringBuilder text = new StringBuilder();
    for (int offset = 0; offset < size; offset += 16) {
      text.append("%015d\n".formatted(offset));
    }
    return Arrays.copyOf(text.toString().getBytes(UTF_8), size);
  }

  private VolumeStatus volume(String path) throws AfsException {
    return afs.volumeStatus(ANYBODY, AfsPath.of(path));
  }

  @Test
  void theCellAsItIs() throws Exception {
    assertThat(list("/")).containsExactly(RealCell.name());
    assertThat(list(ROOT)).contains("README", "public", "repl", "user");
    assertThat(readText(ROOT + "/README")).isEqualTo("Welcome to " + RealCell.name() + "\n");
    assertThat(readText(ROOT + "/public/abs.lnk")).startsWith("Welcome");
    assertThat(readText(ROOT + "/public/rel.lnk")).isEqualTo("hello, world\n");
    assertThat(stat(ROOT + "/public/hello2.txt").fid())
        .isEqualTo(stat(ROOT + "/public/hello.txt").fid());
    assertThat(stat(ROOT + "/public/dangling.lnk").type()).isEqualTo(FileType.SYMLINK);
    assertThatThrownBy(() -> list(ROOT + "/user/alice/private"))
        .isInstanceOf(AfsException.PermissionDenied.class);
    assertThatThrownBy(() -> stat(ROOT + "/nothing")).isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void mountPointsPreferWhatTheyShould() throws Exception {
    assertThat(volume(ROOT).name()).isEqualTo("root.cell.readonly");
    assertThat(volume("/." + RealCell.name()).name()).isEqualTo("root.cell");
    assertThat(volume(ROOT + "/repl").name()).isEqualTo("repl.readonly");
    assertThat(volume(ROOT + "/.repl").name()).isEqualTo("repl");
    assertThat(volume("/." + RealCell.name() + "/repl").name()).isEqualTo("repl");
    assertThat(volume(ROOT + "/public").name()).isEqualTo("public");
    assertThat(volume(ROOT + "/repl/d/..").readOnly()).isTrue();
    assertThat(volume(ROOT + "/repl/d/../..").name()).isEqualTo("root.cell.readonly");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1411, 1412, 1413, 4096, MEBIBYTE, 9 * MEBIBYTE + 77})
  void filesOfAllSizes(int size) throws Exception {
    openWithRoot("it.main");
    assertThat(read("/p" + size)).isEqualTo(pattern(size));
  }

  @Test
  void aDirectoryWithItsStatusesInBulk() throws Exception {
    openWithRoot("it.main");
    try (AfsDirectory directory = afs.openDirectory(ANYBODY, AfsPath.of("/many"))) {
      assertThat(directory.entries()).hasSize(500);
      for (DirectoryEntry entry : directory.entries()) {
        int size = Integer.parseInt(entry.nameText().substring("file".length()));
        assertThat(directory.status(entry).length()).isEqualTo(size);
      }
    }
    AfsStatistics done = afs.statistics();
    assertThat(done.calls("InlineBulkStatus")).isBetween(10L, 12L);
    assertThat(done.calls("FetchStatus")).isEqualTo(2);
    assertThat(read("/many/file499")).isEqualTo(pattern(499));
  }

  @Test
  void volumesWithinVolumes() throws Exception {
    openWithRoot("it.main");
    assertThat(readText("/other/f")).isEqualTo("hello from fs2");
    assertThat(read("/link")).isEqualTo(pattern(1));
    assertThat(read("/self/self/self/other/../p1")).isEqualTo(pattern(1));
    assertThat(stat("/self/other/..").fid()).isEqualTo(stat("/").fid());
    assertThatThrownBy(() -> stat("/gone")).isInstanceOf(AfsException.NoSuchVolume.class);
    assertThat(list("/")).contains("gone");
  }

  @Test
  void whatAnotherClientStoresIsSeenByTheBreakAndAtOnce() throws Exception {
    openWithRoot("it.main");
    Fid file = other.create(stat("/").fid(), "changing", "one");
    assertThat(readText("/changing")).isEqualTo("one");
    long before = afs.statistics().breaksReceived();
    long fetched = afs.statistics().calls("FetchStatus");
    assertThat(readText("/changing")).isEqualTo("one");
    assertThat(afs.statistics().calls("FetchStatus")).isEqualTo(fetched); // believed, not asked
    for (int i = 0; i < 50; i++) {
      String content = "content number " + i + "!".repeat(i);
      other.store(file, content);
      assertThat(stat("/changing").length()).isEqualTo(content.length());
      assertThat(readText("/changing")).isEqualTo(content);
    }
    assertThat(afs.statistics().breaksReceived() - before).isBetween(50L, 60L);
  }

  @Test
  void anOpenFileFollowsWhatAnotherClientStores() throws Exception {
    openWithRoot("it.main");
    Fid fid = other.create(stat("/").fid(), "open", "before");
    try (AfsFile file = afs.open(ANYBODY, AfsPath.of("/open"), FinalLink.FOLLOW)) {
      ByteBuffer target = ByteBuffer.allocate(100);
      assertThat(file.read(target, 0)).isEqualTo(6);
      other.store(fid, "and after");
      assertThat(file.read(target.clear(), 0)).isEqualTo(9);
      assertThat(file.status().length()).isEqualTo(9);
    }
  }

  @Test
  void newNamesAreSeenAtOnce() throws Exception {
    openWithRoot("it.main");
    Fid root = stat("/").fid();
    assertThat(list("/")).doesNotContain("new");
    other.create(root, "new", "");
    assertThat(list("/")).contains("new");
    other.remove(root, "new");
    assertThat(list("/")).doesNotContain("new");
    assertThatThrownBy(() -> stat("/new")).isInstanceOf(AfsException.NoSuchFile.class);
  }

  @Test
  void aReleaseIsSeenAtOnce() throws Exception {
    String name = newVolumeOnce("it.released", ACL + "file /version first\n");
    String fs1 = RealCell.fileServer1().getHostAddress();
    vos("addsite", fs1, "a", name);
    vos("release", name);
    openWithRoot(name);
    assertThat(volume("/").readOnly()).isTrue();
    assertThat(readText("/version")).isEqualTo("first");
    Fid readOnly = stat("/version").fid();
    int readWriteVolume = other.readWriteId(name);
    other.store(
        new Fid(readOnly.cell(), readWriteVolume, readOnly.vnode(), readOnly.uniquifier()),
        "second");
    assertThat(readText("/version")).isEqualTo("first");
    vos("release", name);
    assertThat(readText("/version")).isEqualTo("second");
  }

  private static void vos(String command, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 5];
    all[0] = "on";
    all[1] = "fs1";
    all[2] = "vos";
    all[3] = command;
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    all[all.length - 1] = "-localauth";
    RealCell.run(all);
  }

  @Test
  @OpenAfsOnly("volumes of an embedded cell do not move")
  void aVolumeThatMovesIsFoundAgain() throws Exception {
    String name = newVolumeOnce("it.moving", ACL + "pattern /p 5000000\nfile /f here or there\n");
    openWithRoot(name);
    assertThat(readText("/f")).isEqualTo("here or there");
    vos(
        "move",
        name,
        RealCell.fileServer1().getHostAddress(),
        "a",
        RealCell.fileServer2().getHostAddress(),
        "a");
    assertThat(read("/p")).isEqualTo(pattern(5_000_000));
    assertThat(readText("/f")).isEqualTo("here or there");
  }

  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void aStoppedServerHarmsNobodyElseAndIsUsedAgainWhenItIsBack() throws Exception {
    afs.close();
    afs = AfsClient.open(config().withRootVolume("it.main").withTimeout(SHORT_TIMEOUT));
    assertThat(readText("/other/f")).isEqualTo("hello from fs2");
    RealCell.run("fsstop", "fs2");
    try {
      FutureTask<byte[]> stuck = new FutureTask<>(() -> read("/other/p"));
      Thread.ofVirtual().start(stuck);
      assertThat(read("/p4096")).isEqualTo(pattern(4096)); // meanwhile
      assertThat(readText("/other/f")).isEqualTo("hello from fs2"); // is cached
      assertThatThrownBy(stuck::get)
          .cause()
          .isInstanceOf(AfsException.ServersUnreachable.class)
          .hasMessageContaining(RealCell.fileServer2().getHostAddress());
    } finally {
      RealCell.run("fsstart", "fs2");
    }
    assertThat(readWhenItIsBack("/other/p")).isEqualTo(pattern(300_000));
  }

  @Test
  void aServerThatIsBackInTimeIsWaitedFor() throws Exception {
    openWithRoot("it.main");
    list("/other");
    RealCell.run("fsstop", "fs2");
    FutureTask<byte[]> patient;
    try {
      patient = new FutureTask<>(() -> read("/other/p"));
      Thread.ofVirtual().start(patient);
    } finally {
      RealCell.run("fsstart", "fs2");
    }
    assertThat(patient.get()).isEqualTo(pattern(300_000));
  }

  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void aReplicaStandsInForAServerThatIsCutOff() throws Exception {
    list(ROOT + "/repl");
    RealCell.run("netdown", "fs2");
    try {
      assertThat(readText(ROOT + "/repl/data")).isEqualTo("replicated data\n");
      assertThat(readText(ROOT + "/repl/d/x")).isEqualTo("x\n");
    } finally {
      RealCell.run("netup", "fs2");
    }
  }

  @Test
  void closingEndsAReaderThatWaitsForAServerThatIsCutOff() throws Exception {
    openWithRoot("it.main");
    list("/other");
    RealCell.run("netdown", "fs2");
    try {
      FutureTask<byte[]> reader = new FutureTask<>(() -> read("/other/p"));
      Thread.ofVirtual().start(reader);
      afs.close();
      assertThatThrownBy(reader::get).hasCauseInstanceOf(AfsException.ClientClosed.class);
    } finally {
      RealCell.run("netup", "fs2");
    }
  }

  @Test
  void anInterruptEndsTheWaitForAServerThatIsCutOff() throws Exception {
    openWithRoot("it.main");
    list("/other");
    RealCell.run("netdown", "fs2");
    try {
      FutureTask<byte[]> reader = new FutureTask<>(() -> read("/other/p"));
      Thread thread = Thread.ofVirtual().start(reader);
      thread.interrupt();
      assertThatThrownBy(reader::get).hasCauseInstanceOf(AfsException.Interrupted.class);
    } finally {
      RealCell.run("netup", "fs2");
    }
    assertThat(readWhenItIsBack("/other/p")).isEqualTo(pattern(300_000));
  }

  /** The server is there again, but hosts need a moment to find each other. */
  private byte[] readWhenItIsBack(String path) throws AfsException {
    while (true) {
      try {
        return read(path);
      } catch (AfsException.ServersUnreachable e) {
        Thread.onSpinWait(); // not yet
      }
    }
  }

  @Test
  void manyClientsAtOnce() throws Exception {
    openWithRoot("it.main");
    byte[] expected = pattern(9 * MEBIBYTE + 77);
    List<FutureTask<byte[]>> readers =
        IntStream.range(0, 32)
            .mapToObj(i -> new FutureTask<>(() -> read("/p" + expected.length)))
            .toList();
    readers.forEach(reader -> Thread.ofVirtual().start(reader));
    for (FutureTask<byte[]> reader : readers) {
      assertThat(reader.get()).isEqualTo(expected);
    }
    assertThat(afs.statistics().calls("FetchData64")).isLessThanOrEqualTo(12);
  }
}
