package heddle.afs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.VolumeUpdate;
import heddle.afs.auth.Caller;
import heddle.afs.auth.TokenSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How file systems are opened, who sees what in them, and how they end. */
class FileSystemLifeTest {
  private static EmbeddedPlace place;

  @BeforeAll
  static void start() throws IOException {
    place = new EmbeddedPlace();
  }

  @AfterAll
  static void stop() throws IOException {
    place.close();
  }

  private static Map<String, Object> server(String key, Object value) {
    return Map.of(
        AfsEnvironment.VLSERVERS,
        place.cell.address().getHostAddress(),
        AfsEnvironment.CONFIG,
        place.cell.clientConfig(),
        key,
        value);
  }

  private static FileSystem openAs(String user, Map<String, ?> environment) throws IOException {
    return FileSystems.newFileSystem(place.uri(user + "@"), environment);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(Path::toString).toList();
    }
  }

  @Test
  void oneOfEachUriIsOpenUntilItIsClosed() throws IOException {
    URI uri = place.uri("once@");
    assertThatExceptionOfType(FileSystemNotFoundException.class)
        .isThrownBy(() -> FileSystems.getFileSystem(uri));
    assertThatExceptionOfType(FileSystemNotFoundException.class).isThrownBy(() -> Path.of(uri));
    FileSystem once =
        FileSystems.newFileSystem(
            uri, Map.of("vlservers", List.of(place.cell.address()), "access", "read-write"));
    assertThat(FileSystems.getFileSystem(uri)).isSameAs(once);
    assertThatExceptionOfType(FileSystemAlreadyExistsException.class)
        .isThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()));
    assertThat(Files.isDirectory(Path.of(uri))).isTrue();
    once.close();
    once.close();
    assertThat(once.isOpen()).isFalse();
    assertThatExceptionOfType(FileSystemNotFoundException.class)
        .isThrownBy(() -> FileSystems.getFileSystem(uri));
  }

  @Test
  void environmentsThatMeanNothingAreRefused() {
    URI uri = place.uri("wrong@");
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("vlservers", 7),
            Map.of("access", "sometimes"),
            Map.of("caller", "alice"),
            Map.of("tokens", "magic"))) {
      assertThatIllegalArgumentException().isThrownBy(() -> FileSystems.newFileSystem(uri, wrong));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileSystems.newFileSystem(uri.resolve("/path"), Map.of()));
  }

  @Test
  @SuppressWarnings("StreamResourceLeak") // the file system closes it
  void whatIsClosedFailsAtOnce() throws IOException {
    FileSystem closing = openAs("closing", server("caller", place.cell.administrator()));
    Path file = Files.writeString(closing.getPath("/closing"), "text");
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ);
    channel.write(ByteBuffer.wrap(new byte[] {'n'}));
    DirectoryStream<Path> stream = Files.newDirectoryStream(closing.getPath("/"));
    WatchService watcher = closing.newWatchService();
    InputStream in = Files.newInputStream(closing.getPath("/closing"));
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    closing.close();

    assertThat(channel.isOpen()).isFalse();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(stream::iterator);
    assertThatExceptionOfType(ClosedWatchServiceException.class).isThrownBy(watcher::poll);
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> Files.readString(file));
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> Files.getLastModifiedTime(file));
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> Files.createDirectory(closing.getPath("/other")));
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> names(file.getParent()));
    assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(file::toRealPath);
    assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
    assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(view::readAttributes);
    assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(closing::newWatchService);
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> Files.getFileStore(file));
    assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(() -> Files.delete(file));
    assertThat(file.resolve("../other").normalize()).hasToString("/other"); // paths are only names
    assertThat(Files.readString(place.fileSystem.getPath("/closing"))).isEqualTo("next");
  }

  @Test
  void aClientThatWasHandedInStaysOpen() throws IOException {
    AfsClient client = place.cell.newClient();
    openAs("guest", AfsEnvironment.of(client, Caller.anonymous())).close();
    assertThat(client.cells()).isNotEmpty();
    FileSystem orphan = openAs("orphan", AfsEnvironment.of(client, Caller.anonymous()));
    client.close();
    assertThatExceptionOfType(ClosedFileSystemException.class)
        .isThrownBy(() -> Files.size(orphan.getPath("/")));
    orphan.close();
  }

  @Test
  void tokensComeFromTheirSource() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    TokenSource source =
        (cell, hosts) -> {
          asked.incrementAndGet();
          return place.cell.token("admin");
        };
    try (FileSystem admin = openAs("tokens", server("tokens", source))) {
      Files.writeString(admin.getPath("/byToken"), "text");
    }
    assertThat(asked).hasValue(1);
    TokenSource empty =
        (cell, hosts) -> {
          throw new IOException("no ticket");
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> openAs("tokens", server("tokens", empty)))
        .withMessage("no ticket");
  }

  @Test
  void readOnlyFileSystemsAreReadOnly() throws IOException {
    Path file = Files.writeString(place.newDirectory().resolve("file"), "text");
    try (FileSystem readOnly =
        openAs(
            "reader",
            Map.of(
                "client", place.cell.client(),
                "caller", place.cell.administrator(),
                "access", "read-only"))) {
      Path same = readOnly.getPath(file.toString());
      assertThat(readOnly.isReadOnly()).isTrue();
      assertThat(Files.readString(same)).isEqualTo("text");
      assertThat(Files.isWritable(same)).isFalse();
      assertThat(Files.getFileStore(same).isReadOnly()).isTrue();
      assertThatExceptionOfType(ReadOnlyFileSystemException.class)
          .isThrownBy(() -> Files.writeString(same, "other"));
      assertThatExceptionOfType(ReadOnlyFileSystemException.class)
          .isThrownBy(() -> Files.delete(same));
      assertThatExceptionOfType(ReadOnlyFileSystemException.class)
          .isThrownBy(() -> Files.move(same, same.resolveSibling("other")));
      assertThatExceptionOfType(ReadOnlyFileSystemException.class)
          .isThrownBy(() -> Files.setAttribute(same, "posix:permissions", Set.of()));
      assertThatExceptionOfType(ReadOnlyFileSystemException.class)
          .isThrownBy(() -> Files.createTempFile(same.getParent(), "a", "b"));
    }
  }

  @Test
  void rightsDecide() throws IOException {
    Path directory = place.newDirectory();
    Path file = Files.writeString(directory.resolve("file"), "text");
    try (FileSystem anybody =
        openAs("anybody", AfsEnvironment.of(place.cell.newClient(), Caller.anonymous()))) {
      Path same = anybody.getPath(file.toString());
      assertThat(Files.readString(same)).isEqualTo("text");
      assertThat(Files.isReadable(same)).isTrue();
      assertThat(Files.isWritable(same)).isFalse();
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> Files.writeString(same, "other"))
          .withCauseInstanceOf(AfsException.PermissionDenied.class);
      assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> Files.delete(same));
      AfsFileAttributeView view = Files.getFileAttributeView(directory, AfsFileAttributeView.class);
      AccessList closed =
          view.acl().with(AccessList.Half.NORMAL, "system:anyuser", AccessRights.NONE);
      view.setAcl(closed);
      assertThat(Files.getAttribute(directory, "afs:acl")).isEqualTo(closed);
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> Files.newByteChannel(same));
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> names(same.getParent()));
      AccessList lookUp =
          closed.with(
              AccessList.Half.NORMAL, "system:anyuser", AccessRights.parse("l").orElseThrow());
      Files.setAttribute(directory, "afs:acl", lookUp);
      assertThat(Files.exists(same)).isTrue();
      assertThat(Files.isReadable(same)).isFalse();
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> Files.newByteChannel(same));
    }
  }

  @Test
  void aFullVolumeSaysThatItIsTheQuota() throws IOException {
    place.cell.createVolume("small");
    place
        .cell
        .client()
        .makeMountPoint(
            place.cell.administrator(), AfsPath.of("/" + place.cell.name() + "/small"), "#small.");
    place
        .cell
        .client()
        .fs()
        .setVolumeStatus(
            place.cell.administrator(),
            AfsPath.of("/" + place.cell.name() + "/small"),
            VolumeUpdate.NOTHING.withQuota(100));
    Path small = place.fileSystem.getPath("/small");
    FileStore store = Files.getFileStore(small);

    assertThat(store.name()).isEqualTo("small");
    assertThat(store.getTotalSpace()).isEqualTo(100 << 10);
    assertThat(store.getUsableSpace()).isLessThan(100 << 10);
    assertThat(store.getAttribute("afs:quota")).isEqualTo(100L << 10);
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.write(small.resolve("large"), new byte[200_000]))
        .withMessageContaining("quota exceeded")
        .withCauseInstanceOf(AfsException.QuotaExceeded.class);
    Path other = Files.write(place.newDirectory().resolve("large"), new byte[200_000]);
    Files.delete(small.resolve("large"));
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.copy(other, small.resolve("copy")))
        .withMessageContaining("quota exceeded");
    assertThat(small).isEmptyDirectory();
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.delete(small))
        .withMessageContaining("mount point");
  }

  @Test
  void filesMoveBetweenVolumesByCopying() throws IOException {
    place.cell.createVolume("there");
    place
        .cell
        .client()
        .makeMountPoint(
            place.cell.administrator(), AfsPath.of("/" + place.cell.name() + "/there"), "#there.");
    Path directory = place.newDirectory();
    Path file = Files.writeString(directory.resolve("file"), "text");
    Path target = place.fileSystem.getPath("/there/file");

    assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
        .isThrownBy(() -> Files.move(file, target, StandardCopyOption.ATOMIC_MOVE));
    Files.move(file, target);
    assertThat(target).hasContent("text");
    assertThat(directory).isEmptyDirectory();
    Files.createDirectory(directory.resolve("full"));
    Files.createFile(directory.resolve("full/file"));
    assertThatExceptionOfType(DirectoryNotEmptyException.class)
        .isThrownBy(() -> Files.move(directory.resolve("full"), target.resolveSibling("full")));
    Files.delete(directory.resolve("full/file"));
    Files.move(directory.resolve("full"), target.resolveSibling("full"));
    assertThat(target.resolveSibling("full")).isEmptyDirectory();
  }

  @Test
  void absoluteLinksAreThoseOfAllClients() throws IOException {
    Path directory = place.newDirectory();
    Path file = Files.writeString(directory.resolve("file"), "text");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThat(Files.readString(link)).isEqualTo("text");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(file);
    assertThat(link.toRealPath()).isEqualTo(file);
    AfsPath inClient = AfsPath.of("/" + place.cell.name() + link);
    assertThat(place.cell.client().readLink(place.cell.administrator(), inClient))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("/afs/" + place.cell.name() + file);
    Path out =
        Files.createSymbolicLink(
            directory.resolve("out"), place.fileSystem.getPath("../../../" + place.cell.name()));
    assertThat(out.toRealPath()).isEqualTo(place.fileSystem.getPath("/"));
    place
        .cell
        .client()
        .makeSymbolicLink(
            place.cell.administrator(),
            AfsPath.of("/" + place.cell.name() + directory.resolve("away")),
            "/usr/bin".getBytes(StandardCharsets.UTF_8));
    assertThat(Files.readSymbolicLink(directory.resolve("away"))).hasToString("/usr/bin");
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> directory.resolve("away").toRealPath())
        .withMessageContaining("leads out");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.readString(directory.resolve("away")));
  }

  @Test
  void allCellsAreSeenFromAbove() throws IOException {
    Path file = Files.writeString(place.newDirectory().resolve("file"), "text");
    try (FileSystem all =
        FileSystems.newFileSystem(
            URI.create("afs:///"),
            AfsEnvironment.of(place.cell.client(), place.cell.administrator()))) {
      Path same = all.getPath("/" + place.cell.name() + file);
      assertThat(Files.readString(same)).isEqualTo("text");
      assertThat(same.toUri()).isEqualTo(URI.create("afs:///" + place.cell.name() + file));
      assertThat(Path.of(same.toUri())).isEqualTo(same);
      assertThat(Files.isSameFile(same, file)).isTrue();
      try (Stream<Path> cells = Files.list(all.getPath("/"))) {
        assertThat(cells).containsExactly(all.getPath("/" + place.cell.name()));
      }
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> Files.createDirectory(all.getPath("/new.cell")))
          .withCauseInstanceOf(AfsException.ReadOnlyVolume.class);
      assertThat(Files.getFileStore(all.getPath("/")).isReadOnly()).isTrue();
    }
  }

  @Test
  void theReadWriteRootIsBehindADot() throws IOException {
    try (FileSystem dotted =
        FileSystems.newFileSystem(
            URI.create("afs://." + place.cell.name() + "/"),
            AfsEnvironment.of(place.cell.client(), place.cell.administrator()))) {
      Files.writeString(dotted.getPath("/dotted"), "text");
      assertThat(Files.readString(place.fileSystem.getPath("/dotted"))).isEqualTo("text");
      assertThat(dotted.getPath("/dotted").toUri())
          .hasToString("afs://." + place.cell.name() + "/dotted");
    }
  }

  @Test
  void copiesGoFromOneFileSystemToAnother() throws IOException {
    Path file = Files.writeString(place.newDirectory().resolve("file"), "text");
    Path target = place.elsewhere(place.newDirectory()).resolve("moved");
    Files.copy(file, target);
    assertThat(Files.readString(target)).isEqualTo("text");
    Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void whatIsBelowAFileIsNoDirectory() throws IOException {
    Path file = Files.writeString(place.newDirectory().resolve("file"), "text");
    assertThat(Files.exists(file.resolve("below"))).isFalse();
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> Files.createDirectory(file.resolve("below")));
  }

  @Test
  void theRootStays() {
    Path root = place.fileSystem.getPath("/");
    assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> Files.delete(root));
    assertThat(Files.isDirectory(place.fileSystem.getPath("/.."))).isTrue();
    assertThat(place.fileSystem.getFileStores()).hasSize(1);
    assertThat(place.fileSystem.getRootDirectories()).containsExactly(root);
  }

  @Test
  void manyVirtualThreadsReadAndWrite() throws Exception {
    Path directory = place.newDirectory();
    List<Future<String>> read = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Path file = directory.resolve("file" + i);
        read.add(threads.submit(() -> Files.readString(Files.writeString(file, "" + file))));
      }
    }
    for (int i = 0; i < 200; i++) {
      assertThat(read.get(i).get()).isEqualTo("" + directory.resolve("file" + i));
    }
    try (Stream<Path> list = Files.list(place.elsewhere(directory))) {
      assertThat(list).hasSize(200);
    }
  }
}
