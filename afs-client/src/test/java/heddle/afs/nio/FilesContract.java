package heddle.afs.nio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code java.nio.file.Files} does with names, attributes, copies and moves. */
abstract class FilesContract {
  private static final Instant LONG_AGO = Instant.parse("2001-02-03T04:05:06Z");

  Path directory;

  abstract TestPlace place();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = place().newDirectory();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> list = Files.list(of)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatIsWrittenIsReadHereAndByOthers() throws IOException {
    Path file = write("file", "text");

    assertThat(file).hasContent("text");
    assertThat(Files.readString(place().elsewhere(file))).isEqualTo("text");
    Files.writeString(place().elsewhere(file), "other text");
    assertThat(file).hasContent("other text");
    assertThat(Files.size(file)).isEqualTo(10);
  }

  @Test
  void directoriesAreListed() throws IOException {
    write("a", "");
    Files.createDirectories(directory.resolve("b/c/d"));

    assertThat(names(directory)).containsExactly("a", "b");
    assertThat(names(place().elsewhere(directory.resolve("b")))).containsExactly("c");
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> names(directory.resolve("a")));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> names(directory.resolve("none")));
  }

  @Test
  void entriesAreFilteredByGlob() throws IOException {
    write("one.txt", "");
    write("two.txt", "");
    write("three.bin", "");
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.{txt,doc}")) {
      assertThat(stream)
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder("one.txt", "two.txt");
    }
  }

  @Test
  void aTreeIsWalked() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    write("a/b/file", "1");
    write("a/other", "2");
    Files.createSymbolicLink(directory.resolve("z"), directory.getFileSystem().getPath("a"));
    try (Stream<Path> walk = Files.walk(directory)) {
      assertThat(walk.map(directory::relativize).map(Path::toString).sorted())
          .containsExactly("", "a", "a/b", "a/b/file", "a/other", "z");
    }
  }

  @Test
  void aLinkToAParentIsALoopWhenFollowed() throws IOException {
    Files.createDirectory(directory.resolve("a"));
    Files.createSymbolicLink(directory.resolve("a/up"), directory.getFileSystem().getPath(".."));
    try (Stream<Path> walk = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(walk::count)
          .withCauseInstanceOf(FileSystemLoopException.class);
    }
  }

  @Test
  void namesThatAreTakenAreNotMadeAgain() throws IOException {
    write("file", "");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.createFile(directory.resolve("file")));
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.createDirectory(directory.resolve("file")))
        .withMessage(directory.resolve("file").toString())
        .withCauseInstanceOf(AfsException.FileExists.class);
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.createFile(directory.resolve("none/file")));
  }

  @Test
  void onlyEmptyDirectoriesAreDeleted() throws IOException {
    Files.createDirectory(directory.resolve("a"));
    write("a/file", "");

    assertThatExceptionOfType(DirectoryNotEmptyException.class)
        .isThrownBy(() -> Files.delete(directory.resolve("a")));
    Files.delete(directory.resolve("a/file"));
    Files.delete(directory.resolve("a"));
    assertThat(Files.deleteIfExists(directory.resolve("a"))).isFalse();
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.delete(directory.resolve("a")));
  }

  @Test
  void linksLeadOnAndAreDeletedThemselves() throws IOException {
    Path file = write("file", "text");
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, file.getFileName());

    assertThat(Files.readSymbolicLink(link)).isEqualTo(file.getFileName());
    assertThat(Files.readString(link)).isEqualTo("text");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.isSameFile(link, file)).isTrue();
    assertThat(link.toRealPath()).isEqualTo(file.toRealPath());
    assertThat(link.toRealPath(LinkOption.NOFOLLOW_LINKS).getFileName())
        .isEqualTo(link.getFileName());
    Files.delete(link);
    assertThat(file).exists();
    assertThatExceptionOfType(NotLinkException.class)
        .isThrownBy(() -> Files.readSymbolicLink(file));
  }

  @Test
  void aLinkThatLeadsNowhereHasItsTargetMade() throws IOException {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.getFileSystem().getPath("target"));

    assertThat(Files.exists(link)).isFalse();
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.createFile(link));
    Files.writeString(link, "text");
    assertThat(directory.resolve("target")).hasContent("text");
  }

  @Test
  void linksInACircleAreALoop() throws IOException {
    Path one = directory.resolve("one");
    Files.createSymbolicLink(one, directory.getFileSystem().getPath("two"));
    Files.createSymbolicLink(directory.resolve("two"), one.getFileName());

    assertThatExceptionOfType(FileSystemLoopException.class)
        .isThrownBy(() -> Files.readString(one));
    assertThatExceptionOfType(FileSystemLoopException.class).isThrownBy(one::toRealPath);
  }

  @Test
  void realPathsHaveNoDetours() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    Path file = write("a/b/file", "");
    Files.createSymbolicLink(directory.resolve("short"), directory.getFileSystem().getPath("a/b"));

    assertThat(directory.resolve("short/../b/./file").toRealPath()).isEqualTo(file.toRealPath());
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> directory.resolve("a/none").toRealPath());
  }

  @Test
  void aFileHasSeveralNamesInOneDirectoryOnly() throws IOException {
    Path file = write("file", "text");
    Files.createDirectory(directory.resolve("a"));
    Path other = Files.createLink(directory.resolve("other"), file);

    assertThat(other).hasContent("text");
    assertThat(Files.isSameFile(file, other)).isTrue();
    assertThat(Files.getAttribute(file, "afs:linkCount")).isEqualTo(2);
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.createLink(directory.resolve("a/third"), file))
        .withCauseInstanceOf(AfsException.CrossDirectoryLink.class);
    assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
        .isThrownBy(
            () -> Files.move(file, directory.resolve("a/moved"), StandardCopyOption.ATOMIC_MOVE));
    Files.move(file, directory.resolve("a/moved"));
    assertThat(directory.resolve("a/moved")).hasContent("text");
    assertThat(other).hasContent("text");
  }

  @Test
  void movesReplaceOnlyWhenAsked() throws IOException {
    Path file = write("file", "new");
    Path other = write("other", "old");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.move(file, other))
        .withMessage(other.toString());
    assertThat(other).hasContent("old");
    Files.move(file, other, StandardCopyOption.REPLACE_EXISTING);
    assertThat(other).hasContent("new");
    assertThat(Files.exists(file)).isFalse();
    Files.move(other, write("file", "older"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(file).hasContent("new");
    assertThat(names(directory)).containsExactly("file");
  }

  @Test
  void directoriesMoveWithWhatIsInThem() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    write("a/b/file", "text");
    Files.createDirectory(directory.resolve("c"));
    Files.move(directory.resolve("a"), directory.resolve("c/a"));

    assertThat(directory.resolve("c/a/b/file")).hasContent("text");
    write("d", "");
    Files.move(
        directory.resolve("d"),
        Files.createDirectory(directory.resolve("e")),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(Files.isRegularFile(directory.resolve("e"))).isTrue();
    assertThatExceptionOfType(DirectoryNotEmptyException.class)
        .isThrownBy(
            () ->
                Files.move(
                    directory.resolve("e"),
                    directory.resolve("c"),
                    StandardCopyOption.REPLACE_EXISTING));
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.move(directory.resolve("c"), directory.resolve("c/a/c")));
  }

  @Test
  void copiesHaveDataAndAttributes() throws IOException {
    Path file = write("file", "text".repeat(100_000));
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x--x--x"));
    Path copy = directory.resolve("copy");
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);

    assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
    assertThat(Files.getLastModifiedTime(copy).toInstant()).isEqualTo(LONG_AGO);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("r-x--x--x");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.copy(file, copy));
    Files.copy(write("file2", "2"), copy, StandardCopyOption.REPLACE_EXISTING);
    assertThat(copy).hasContent("2");
    Files.copy(copy, copy, StandardCopyOption.REPLACE_EXISTING); // onto itself: nothing
    assertThat(copy).hasContent("2");
  }

  @Test
  void whatCannotBeMovedOrCopiedReplacesNothing() throws IOException {
    Files.createDirectory(directory.resolve("a"));
    Path below = write("a/b", "below");
    Path link =
        Files.createSymbolicLink(
            directory.resolve("link"), directory.getFileSystem().getPath("a/b"));

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(
            () -> Files.move(directory.resolve("a"), below, StandardCopyOption.REPLACE_EXISTING));
    Files.copy(link, link, StandardCopyOption.REPLACE_EXISTING); // onto itself: nothing

    assertThat(below).hasContent("below");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Test
  void linksAreCopiedAsLinksWhenAsked() throws IOException {
    write("file", "text");
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.getFileSystem().getPath("file"));
    Files.copy(link, directory.resolve("followed"));
    Files.copy(link, directory.resolve("kept"), LinkOption.NOFOLLOW_LINKS);

    assertThat(Files.isSymbolicLink(directory.resolve("followed"))).isFalse();
    assertThat(Files.readSymbolicLink(directory.resolve("kept"))).hasToString("file");
  }

  @Test
  void treesAreCopiedFromAndToTheDefaultFileSystem(@TempDir Path local) throws IOException {
    Path tree = Files.createDirectories(local.resolve("tree/sub/deep")).getParent().getParent();
    for (int i = 0; i < 20; i++) {
      Path file =
          Files.writeString(tree.resolve(i % 2 == 0 ? "sub/f" + i : "sub/deep/f" + i), "" + i);
      Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusSeconds(i)));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }
    Path there = directory.resolve("tree");
    copyTree(tree, there);
    Path back = local.resolve("back");
    copyTree(there, back);
    copyTree(place().elsewhere(there), directory.resolve("again"));

    for (Path copied : List.of(there, back, directory.resolve("again"))) {
      assertThat(describe(copied)).isEqualTo(describe(tree));
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs)
              throws IOException {
            Files.createDirectory(to.resolve(from.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attrs)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static String describe(Path tree) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path path : walk.sorted().toList()) {
        text.append(tree.relativize(path));
        if (Files.isRegularFile(path)) {
          PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
          text.append(' ').append(Files.readString(path));
          text.append(' ').append(attributes.lastModifiedTime().toMillis());
          text.append(' ').append(PosixFilePermissions.toString(attributes.permissions()));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  @Test
  void attributesAreReadByClassAndByName() throws IOException {
    Path file = write("file", "text");
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    AfsFileAttributes attributes = Files.readAttributes(file, AfsFileAttributes.class);

    assertThat(attributes.isRegularFile()).isTrue();
    assertThat(attributes.isOther()).isFalse();
    assertThat(attributes.size()).isEqualTo(4);
    assertThat(attributes.dataVersion()).isPositive();
    assertThat(attributes.lastModifiedTime().toInstant()).isEqualTo(LONG_AGO);
    assertThat(attributes.owner().getName()).isEqualTo("" + attributes.ownerId());
    assertThat(attributes.fileKey()).isEqualTo(attributes.fid());
    assertThat(Files.readAttributes(file, "afs:fid,dataVersion,volume"))
        .containsOnlyKeys("fid", "dataVersion", "volume")
        .containsEntry("fid", attributes.fid())
        .containsEntry("volume", attributes.fid().volume());
    assertThat(Files.readAttributes(file, "*"))
        .containsEntry("size", 4L)
        .doesNotContainKey("permissions");
    assertThat(Files.readAttributes(file, "posix:*")).containsKeys("owner", "permissions", "size");
    assertThat(Files.getOwner(file)).isEqualTo(attributes.owner());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.readAttributes(file, "dos:hidden"));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Files.readAttributes(file, "basic:permissions"));
    assertThat(Files.getAttribute(file, "afs:acl").toString()).contains("system:anyuser");
  }

  @Test
  void attributesAreSetByName() throws IOException {
    Path file = write("file", "text");
    Files.setAttribute(file, "posix:permissions", PosixFilePermissions.fromString("rw-------"));
    Files.setAttribute(file, "lastModifiedTime", FileTime.from(LONG_AGO));

    assertThat(Files.readAttributes(place().elsewhere(file), "posix:permissions,lastModifiedTime"))
        .isEqualTo(
            Map.of(
                "permissions",
                PosixFilePermissions.fromString("rw-------"),
                "lastModifiedTime",
                FileTime.from(LONG_AGO)));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Files.setAttribute(file, "afs:fid", new Fid("", 0, 0, 0)));
    Path made =
        Files.createFile(
            directory.resolve("made"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
  }

  @Test
  void accessIsChecked() throws IOException {
    Path file = write("file", "text");

    assertThat(Files.isReadable(file)).isTrue();
    assertThat(Files.isWritable(file)).isTrue();
    assertThat(Files.isExecutable(file)).isFalse();
    assertThat(Files.isWritable(directory)).isTrue();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThat(Files.isWritable(file)).isFalse();
    assertThat(Files.isExecutable(file)).isTrue();
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(
            () ->
                file.getFileSystem()
                    .provider()
                    .checkAccess(directory.resolve("none"), AccessMode.READ));
  }

  @Test
  void namesOfAnyBytesAreListedAndOpened() throws IOException {
    URI uri = URI.create(directory.toUri() + "/%FF%C3%A9%E2%82");
    Path odd = Path.of(uri);
    Files.writeString(odd, "text");
    Path found;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      found = stream.iterator().next();
    }

    assertThat(found).isEqualTo(odd).hasToString(directory + "/\udcff\u00e9\udce2\udc82");
    assertThat(found.toUri()).isEqualTo(uri);
    assertThat(Files.readString(directory.getFileSystem().getPath(found.toString())))
        .isEqualTo("text");
    Path umlaut = directory.resolve("gr\u00fc\u00dfe \ud83d\ude00");
    Files.move(found, umlaut);
    assertThat(names(place().elsewhere(directory))).containsExactly("gr\u00fc\u00dfe \ud83d\ude00");
    assertThat(umlaut.toUri().toString()).endsWith("/gr%C3%BC%C3%9Fe%20%F0%9F%98%80");
    assertThat(umlaut.getFileName().toString().getBytes(UTF_8))
        .isNotEqualTo(umlaut.getFileName().toString().getBytes(ISO_8859_1));
  }

  @Test
  void aVolumeIsAStore() throws IOException {
    FileStore store = Files.getFileStore(directory);

    assertThat(store.type()).isEqualTo("afs");
    assertThat(store.name()).isNotEmpty();
    assertThat(store.isReadOnly()).isFalse();
    assertThat(store.getTotalSpace()).isPositive();
    assertThat(store.getUsableSpace()).isBetween(1L, store.getTotalSpace());
    assertThat(store.supportsFileAttributeView("afs")).isTrue();
    assertThat(store).isEqualTo(Files.getFileStore(directory.getParent()));
    assertThat(store.getAttribute("afs:volume"))
        .isEqualTo(Files.getAttribute(directory, "afs:volume"));
  }

  @Test
  void hiddenNamesBeginWithADot() throws IOException {
    assertThat(Files.isHidden(directory.resolve(".hidden"))).isTrue();
    assertThat(Files.isHidden(directory.resolve("shown"))).isFalse();
    assertThat(Files.isHidden(directory.getRoot())).isFalse();
  }

  @Test
  void temporaryFilesAreMade() throws IOException {
    Path file = Files.createTempFile(directory, "begin", ".end");
    assertThat(file.getFileName().toString()).startsWith("begin").endsWith(".end");
    assertThat(Files.createTempDirectory(directory, "dir")).isDirectory();
  }
}
