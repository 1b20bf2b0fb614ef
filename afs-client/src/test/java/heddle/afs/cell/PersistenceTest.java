package heddle.afs.cell;

import static heddle.afs.cell.CellFixture.ANYBODY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Identity;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.VldbSite;
import heddle.afs.rpc.VolumeLocationService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.Connection;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cell in a directory: what is there after it was ended, killed, or cut off in a write. */
class PersistenceTest {
  private static final byte[] FILE = "file".getBytes(UTF_8);

  @TempDir Path temporary;

  /** A clock that stands: there is no barrier but those asked for. */
  private static long frozen() {
    return 0;
  }

  private Path directory() {
    return temporary.resolve("cell");
  }

  private CellConfig config() {
    return CellConfig.DEFAULT.withDirectory(directory());
  }

  private CellFixture start() throws IOException {
    return new CellFixture(config());
  }

  @Test
  void nobodyElseOnTheMachineMayLookIntoTheDirectory() throws IOException {
    start().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void aDirectoryThatWasOpenToOthersIsClosedToThem() throws IOException {
    Files.createDirectory(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    start().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void aDirectoryOfOtherFilesIsLeftAlone() throws IOException {
    Files.createDirectory(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(directory().resolve("photo"));

    assertThatIOException().isThrownBy(this::start).withMessageContaining("not a cell's");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void aCellThatIsClosedTwiceIsClosed() throws IOException {
    CellFixture cell = start();
    cell.close();
    cell.close();
    cell.cell.faults().restart(); // nothing
    start().close();
  }

  /** As a KDC makes tickets with it; the key stays the cell's. */
  @Test
  void aTokenOfAKeytabsKeyIsGood() throws Exception {
    start().close(); // with a key of its own
    Path keytab = temporary.resolve("keytab");
    try (InputStream file =
        getClass().getResourceAsStream("/heddle/rxrpc/security/rxkad/rxkad.keytab")) {
      Files.copy(file, keytab);
    }
    try (ServiceKeys keys = ServiceKeys.ofKeytab(keytab)) {
      for (CellConfig config : List.of(config().withKeytab(keytab), config())) {
        try (CellFixture cell = new CellFixture(config)) {
          Identity admin = Identity.named("admin");
          admin.set(
              cell.cell.name(), RxkadToken.printed(keys, "admin", Instant.now().plusSeconds(3600)));
          cell.write(admin, "file", "by a ticket");
          assertThat(cell.read(cell.admin, "file")).isEqualTo("by a ticket");
        }
      }
    }
  }

  /** Clients would believe else that its volumes have moved. */
  @Test
  void theFileServerIsTheSameOneAfterARestart() throws IOException {
    CellConfig config = config().withAddress(loopback(1));
    assertThat(sites(config)).isNotEmpty().isEqualTo(sites(config));
  }

  /** Else clients would go on where it was. */
  @Test
  void clientsAreToldWhenTheAddressOfTheFileServerIsAnotherOne() throws IOException {
    VldbSite before = sites(config().withAddress(loopback(1))).getFirst();
    VldbSite after = sites(config().withAddress(loopback(2))).getFirst();
    assertThat(before.server()).isInstanceOf(ServerId.ByUuid.class).isNotEqualTo(after.server());
  }

  private static Inet4Address loopback(int last) throws IOException {
    return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 83, 19, (byte) last});
  }

  private static List<VldbSite> sites(CellConfig config) throws IOException {
    try (CellFixture cell = new CellFixture(config);
        RawClient client = new RawClient(cell.cell);
        Connection connection =
            client.connect(
                VolumeLocationService.PORT, VolumeLocationService.SERVICE_ID, Security.none())) {
      return new VolumeLocationService(connection, RawClient.OPTIONS)
          .getEntryByNameU("root.cell")
          .sites();
    }
  }

  @Test
  void holesTakeNoRoomInTheJournal() throws IOException {
    try (CellFixture cell = start()) {
      try (AfsFile file = cell.client.create(cell.admin, cell.path("sparse"), 0644)) {
        file.write(ByteBuffer.wrap(FILE), 1L << 30);
        file.flush();
      }
      assertThat(Files.size(volume(cell, "journal"))).isLessThan(1 << 16);
    }
    try (CellFixture cell = start()) {
      assertThat(Files.size(volume(cell, "image"))).isLessThan(1 << 16);
      ByteBuffer read = ByteBuffer.allocate(10);
      try (AfsFile file = cell.client.open(cell.admin, cell.path("sparse"), FinalLink.FOLLOW)) {
        assertThat(file.read(read, (1L << 30) - 1)).isEqualTo(1 + FILE.length);
      }
      assertThat(read.flip()).isEqualTo(ByteBuffer.wrap("\0file".getBytes(UTF_8)));
    }
  }

  /** Returns a file of the volume that has the root of the cell. */
  private Path volume(CellFixture cell, String file) throws IOException {
    int id = cell.stat(cell.admin, "sparse").fid().volume();
    return directory().resolve("volumes").resolve(Integer.toUnsignedString(id)).resolve(file);
  }

  @Test
  void everythingIsThereAgain() throws IOException {
    byte[] large = new byte[200_000];
    new Random(1).nextBytes(large);
    FileStatus before;
    RxkadToken token;
    try (CellFixture cell = start()) {
      cell.cell.addGroup("staff:writers", "alice");
      cell.volume("user.alice", "alice");
      cell.setRights("alice", "2\n0\nstaff:writers 127\nsystem:anyuser 9\n");
      cell.write(cell.cell.caller("alice"), "alice/file", "text");
      cell.client.makeDirectory(cell.admin, cell.path("d"), 0755);
      for (int i = 0; i < 40; i++) {
        cell.write(cell.admin, "d/file" + i, "text " + i);
      }
      for (int i = 0; i < 40; i += 2) {
        cell.client.remove(cell.admin, cell.path("d/file" + i));
      }
      cell.client.makeSymbolicLink(cell.admin, cell.path("link"), "d/file1".getBytes(UTF_8));
      cell.client.rename(cell.admin, cell.path("d/file3"), cell.path("moved"));
      try (AfsFile file = cell.client.create(cell.admin, cell.path("large"), 0644)) {
        file.write(ByteBuffer.wrap(large), 0);
        file.sync();
      }
      cell.client.setStatus(
          cell.admin, cell.path("large"), FinalLink.KEEP, StatusUpdate.NOTHING.withMode(0600));
      before = cell.stat(cell.admin, "large");
      token = cell.cell.token("alice");
    }
    for (int i = 0; i < 2; i++) {
      try (CellFixture cell = start()) {
        assertThat(cell.read(ANYBODY, "alice/file")).isEqualTo("text");
        assertThat(cell.list(ANYBODY, "")).containsExactly("alice", "d", "large", "link", "moved");
        assertThat(cell.list(ANYBODY, "d")).hasSize(19).contains("file39").doesNotContain("file3");
        assertThat(cell.read(ANYBODY, "link")).isEqualTo("text 1");
        assertThat(cell.read(ANYBODY, "moved")).isEqualTo("text 3");
        FileStatus now = cell.stat(cell.admin, "large");
        assertThat(now.fid()).isEqualTo(before.fid());
        assertThat(now.dataVersion()).isEqualTo(before.dataVersion());
        assertThat(now.mode()).isEqualTo(0600);
        assertThat(now.owner()).isEqualTo(before.owner());
        assertThat(now.modified()).isEqualTo(before.modified());
        ByteBuffer read = ByteBuffer.allocate(large.length);
        try (AfsFile file = cell.client.open(cell.admin, cell.path("large"), FinalLink.FOLLOW)) {
          file.read(read, 0);
        }
        assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(large));
        Identity alice = Identity.named("alice");
        alice.set(cell.cell.name(), token); // of the time before: the key is the same
        cell.write(alice, "alice/file" + i, "alice is a writer still");
      }
    }
  }

  @Test
  void readOnlyCopiesAreKept() throws IOException {
    try (CellFixture cell = start()) {
      cell.volume("v", "v");
      cell.write(cell.admin, "v/file", "old");
      cell.cell.release("v");
      cell.write(cell.admin, "v/file", "new");
      cell.client.makeMountPoint(cell.admin, cell.path("copy"), "#v.readonly.");
    }
    try (CellFixture cell = start()) {
      assertThat(cell.read(ANYBODY, "v/file")).isEqualTo("new");
      assertThat(cell.read(ANYBODY, "copy/file")).isEqualTo("old");
    }
  }

  @Test
  void aRemovedVolumeStaysAway() throws IOException {
    int before;
    try (CellFixture cell = start()) {
      before = cell.cell.createVolume("gone");
      cell.cell.removeVolume("gone");
    }
    try (CellFixture cell = start()) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> cell.cell.removeVolume("gone"));
      assertThat(Files.exists(directory().resolve("volumes/" + before))).isFalse();
    }
  }

  @Test
  void oneCellAtATimeUsesADirectory() throws IOException {
    try (CellFixture cell = start()) {
      assertThat(cell.cell.name()).isNotEmpty();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> EmbeddedCell.start(config()))
          .withMessageContaining("in use");
    }
    start().close();
  }

  /**
   * The journal is cut off at every place where a crash could cut it off: what is found is always
   * what some prefix of the changes had left.
   */
  @Test
  void aCrashLeavesOldOrNewNeverAMixture() throws IOException {
    List<String> contents = new ArrayList<>(List.of("none"));
    Path volume;
    Path killed = temporary.resolve("killed");
    try (EmbeddedCell cell = EmbeddedCell.start(config());
        RawClient client = new RawClient(cell)) {
      int id = cell.createVolume("v");
      volume = Path.of("volumes", Integer.toString(id));
      FileService files = client.files(cell.token("admin"));
      WireFid root = RawClient.root(id);
      WireFid file = files.createFile(root, "file".getBytes(UTF_8), StoreStatus.NOTHING).fid();
      contents.add("");
      for (int i = 1; i <= 5; i++) {
        byte[] bytes = ("version " + i + " ").repeat(10_000).getBytes(UTF_8);
        files.storeData64(file, StoreStatus.NOTHING, 0, bytes.length, ByteBuffer.wrap(bytes));
        contents.add(new String(bytes, UTF_8));
      }
      copy(directory(), killed); // as if the process had been killed now
    }
    Path journal = killed.resolve(volume).resolve("journal");
    long length = Files.size(journal);
    int lastFound = 0;
    for (long cut = 0; cut <= length; cut += 101) {
      Path crashed = temporary.resolve("crash" + cut);
      copy(killed.resolve(volume), crashed);
      try (FileChannel file =
          FileChannel.open(crashed.resolve("journal"), StandardOpenOption.WRITE)) {
        file.truncate(cut);
      }
      VolumeHome.Kept kept = DirectoryStorage.open(crashed, PersistenceTest::frozen);
      int found = contents.indexOf(text(kept.readWrite()));
      kept.storage().close();
      assertThat(found).as("journal cut at %s", cut).isGreaterThanOrEqualTo(lastFound);
      lastFound = found;
    }
    VolumeHome.Kept whole = DirectoryStorage.open(killed.resolve(volume), PersistenceTest::frozen);
    assertThat(text(whole.readWrite())).isEqualTo(contents.getLast());
    whole.storage().close();
  }

  /** The machine crashed: the journal is on the disk, the blocks that it names are not. */
  @Test
  void changesWhoseBlocksAreNotOnTheDiskAreNotMade() throws IOException {
    Path volumeDirectory = temporary.resolve("volume");
    Path crashed = temporary.resolve("crashed");
    VolumeImage empty = emptyVolume();
    DirectoryStorage storage =
        DirectoryStorage.create(volumeDirectory, empty, PersistenceTest::frozen);
    Volume volume =
        new Volume(
            new Partition(1000, 1000), storage, empty.header(), empty.numbers(), empty.vnodes());
    store(volume, VolumeStorage.Durability.SYNC, "old");
    store(volume, VolumeStorage.Durability.USUAL, "x".repeat(100_000));
    copy(volumeDirectory, crashed);
    storage.close();
    try (FileChannel blocks =
        FileChannel.open(crashed.resolve("blocks"), StandardOpenOption.WRITE)) {
      blocks.write(ByteBuffer.allocate(4096), blocks.size() - 4096); // zeros
    }
    VolumeHome.Kept kept = DirectoryStorage.open(crashed, PersistenceTest::frozen);
    assertThat(text(kept.readWrite())).isEqualTo("old");
    kept.storage().close();
  }

  private static VolumeImage emptyVolume() {
    VolumeHeader header = new VolumeHeader(7, "v", VolumeKind.READ_WRITE, 7, 1, 1, 0, 0, "", "");
    Vnode root =
        new Vnode(
            1,
            1,
            VnodeType.DIRECTORY,
            Attributes.made(0, 0, 2, 0, 1),
            new VnodeData.Names(
                DirectoryContents.empty(1, 1, 1, 1), new AccessControlList(List.of(), List.of())));
    return new VolumeImage(0, header, VnodeNumbers.FIRST, Map.of(1, root));
  }

  /** Puts text into the file, and makes that at the first time. */
  private static void store(Volume volume, VolumeStorage.Durability durability, String text)
      throws IOException {
    ByteBuffer source = ByteBuffer.wrap(text.getBytes(UTF_8));
    StoredBytes.Source bytes =
        target -> {
          int count = Math.min(target.remaining(), source.remaining());
          target.put(source.slice(source.position(), count));
          source.position(source.position() + count);
          return count;
        };
    StoredBytes stored =
        StoredBytes.receive(bytes, 0, source.remaining(), volume.storage().blocks());
    volume.change(
        durability,
        change -> {
          Content content = Content.EMPTY.with(stored, volume.storage().blocks());
          Vnode root = change.vnode(1, 1);
          if (root.names().lookUp(FILE).isEmpty()) {
            change.put(root.with(root.names().with(FILE, 2, 1).orElseThrow()));
          }
          Attributes attributes = Attributes.made(0, 0, 1, 1, 1);
          return change.put(
              new Vnode(2, 1, VnodeType.FILE, attributes, new VnodeData.Bytes(content)));
        });
  }

  private static String text(VolumeImage volume) throws IOException {
    var entry = volume.vnodes().get(1).names().lookUp(FILE);
    if (entry.isEmpty()) {
      return "none";
    }
    Content content = volume.vnodes().get(entry.get().vnode()).content();
    return new String(content.bytes(0, (int) content.length()), UTF_8);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(each, to.resolve(from.relativize(each).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
