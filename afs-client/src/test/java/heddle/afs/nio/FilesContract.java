package heddle.afs.nio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
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
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void relativePathsAreThoseBelowTheRoot() throws IOException {
    Path file = directory.getRoot().relativize(directory).resolve("file");
    Files.writeString(file, "text");
    Files.createDirectory(file.resolveSibling("directory"));
    Files.createLink(file.resolveSibling("hard"), file);
    Files.createSymbolicLink(file.resolveSibling("soft"), file.getFileName());

    assertThat(file.isAbsolute()).isFalse();
    assertThat(names(directory)).containsExactly("directory", "file", "hard", "soft");
    assertThat(directory.resolve("soft")).hasContent("text");
    assertThat(file.toRealPath()).isEqualTo(directory.resolve("file").toRealPath());
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(file.getParent(), "file")) {
      assertThat(stream).containsExactly(file);
    }
  }

  @Test
  void nothingIsMadeBelowWhatIsNoDirectory() throws IOException {
    write("file", "");
    Files.createSymbolicLink(
        directory.resolve("nowhere"), directory.getFileSystem().getPath("none"));
    Files.createSymbolicLink(
        directory.resolve("toFile"), directory.getFileSystem().getPath("file"));
    for (String parent : List.of("none", "none/deeper", "nowhere", "nowhere/deeper")) {
      assertThatExceptionOfType(NoSuchFileException.class)
          .as(parent)
          .isThrownBy(() -> Files.createFile(directory.resolve(parent).resolve("new")));
      assertThatExceptionOfType(NoSuchFileException.class)
          .as(parent)
          .isThrownBy(() -> Files.createDirectory(directory.resolve(parent).resolve("new")));
    }
    for (String parent : List.of("file", "file/deeper", "toFile", "toFile/deeper")) {
      assertThatExceptionOfType(FileSystemException.class)
          .as(parent)
          .isThrownBy(() -> Files.createFile(directory.resolve(parent).resolve("new")));
    }
    assertThat(names(directory)).containsExactly("file", "nowhere", "toFile");
  }

  @Test
  void filesAreMadeWithTheirPermissions() throws IOException {
    var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path file = directory.resolve("file");
    Set<OpenOption> making = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Files.newByteChannel(file, making, mine).close();
    Path made = Files.createDirectory(directory.resolve("made"), mine);
    Path old = write("old", "");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));
    Files.newByteChannel(old, making, mine).close(); // is there, and stays as it is

    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(mine.value());
    assertThat(Files.getPosixFilePermissions(made)).isEqualTo(mine.value());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
        .isEqualTo("rw-r--r--");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.createSymbolicLink(directory.resolve("link"), file, mine));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.createFile(directory.resolve("dated"), DATED));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.createDirectory(directory.resolve("dated"), DATED));
    assertThat(names(directory)).containsExactly("file", "made", "old");
  }

  private static final FileAttribute<FileTime> DATED =
      new FileAttribute<>() {
        @Override
        public String name() {
          return "lastModifiedTime";
        }

        @Override
        public FileTime value() {
          return FileTime.from(LONG_AGO);
        }
      };

  @Test
  void directoriesAreLinkedToByThoseInThem() throws IOException {
    assertThat(Files.getAttribute(directory, "afs:linkCount")).isEqualTo(2);
    Files.createDirectory(directory.resolve("a"));
    write("file", "");
    assertThat(Files.getAttribute(directory, "afs:linkCount")).isEqualTo(3);
    assertThat(Files.getAttribute(directory.resolve("a"), "afs:linkCount")).isEqualTo(2);
    Files.createDirectory(directory.resolve("b"));
    Files.move(directory.resolve("b"), directory.resolve("a/b"));
    assertThat(Files.getAttribute(directory, "afs:linkCount")).isEqualTo(3);
    assertThat(Files.getAttribute(directory.resolve("a"), "afs:linkCount")).isEqualTo(3);
    Files.delete(directory.resolve("a/b"));
    Files.delete(directory.resolve("a"));
    assertThat(Files.getAttribute(directory, "afs:linkCount")).isEqualTo(2);
  }

  @Test
  void hardLinksAreOfFilesThatAreThere() throws IOException {
    Path file = write("file", "text");
    Path other = write("other", "");
    Path made = Files.createDirectory(directory.resolve("made"));

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.createLink(directory.resolve("new"), directory.resolve("none")));
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.createLink(directory.resolve("new"), made));
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.createLink(other, file));
    assertThat(other).isEmptyFile();
    assertThat(names(directory)).containsExactly("file", "made", "other");
  }

  @Test
  void detoursLeadToTheSameFiles() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    Files.createSymbolicLink(directory.resolve("short"), directory.getFileSystem().getPath("a/b"));
    Files.createFile(directory.resolve("a/./b/../one"));
    Files.createFile(directory.resolve("short/two"));
    Files.createFile(directory.resolve("short/../three")); // of what the link leads to

    assertThat(names(directory.resolve("a"))).containsExactly("b", "one", "three");
    Files.move(directory.resolve("short/../three"), directory.resolve("short/./three"));
    assertThat(names(directory.resolve("a/b"))).containsExactly("three", "two");
    Files.delete(directory.resolve("short/three"));
    Files.delete(directory.resolve("a/../short/two"));
    Files.delete(directory.resolve("short/../one"));
    assertThat(directory.resolve("a/b")).isEmptyDirectory();
  }

  @Test
  void streamsAreCopied() throws IOException {
    Path file = directory.resolve("file");
    assertThat(Files.copy(new ByteArrayInputStream("text".getBytes(UTF_8)), file)).isEqualTo(4);
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.copy(new ByteArrayInputStream(new byte[1]), file));
    var out = new ByteArrayOutputStream();
    assertThat(Files.copy(file, out)).isEqualTo(4);
    assertThat(out.toString(UTF_8)).isEqualTo("text");
    Files.copy(InputStream.nullInputStream(), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(file).isEmptyFile();
  }

  @Test
  void directoriesAreCopiedWithoutWhatIsInThem() throws IOException {
    Path full = Files.createDirectory(directory.resolve("full"));
    write("full/file", "text");
    Path copy = directory.resolve("copy");
    Files.copy(full, copy);
    assertThat(copy).isEmptyDirectory();
    Files.copy(full.resolve("file"), copy, StandardCopyOption.REPLACE_EXISTING);
    assertThat(copy).hasContent("text");
    assertThatExceptionOfType(DirectoryNotEmptyException.class)
        .isThrownBy(() -> Files.copy(copy, full, StandardCopyOption.REPLACE_EXISTING));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.copy(directory.resolve("none"), directory.resolve("new")));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.copy(copy, directory.resolve("none/new")));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () -> Files.copy(copy, directory.resolve("new"), StandardCopyOption.ATOMIC_MOVE));
    assertThat(names(directory)).containsExactly("copy", "full");
  }

  @Test
  void whatIsMovedStaysWhatItIs() throws IOException {
    Path file = write("file", "text");
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    AfsFileAttributes before = Files.readAttributes(file, AfsFileAttributes.class);
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, file.getFileName());
    Files.move(link, directory.resolve("movedLink"));
    Files.move(file, directory.resolve("moved"));
    AfsFileAttributes after =
        Files.readAttributes(directory.resolve("moved"), AfsFileAttributes.class);

    assertThat(after.fileKey()).isEqualTo(before.fileKey());
    assertThat(after.lastModifiedTime()).isEqualTo(before.lastModifiedTime());
    assertThat(Files.readSymbolicLink(directory.resolve("movedLink"))).hasToString("file");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.move(file, directory.resolve("new")));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.move(directory.resolve("moved"), directory.resolve("none/new")));
    assertThatExceptionOfType(ProviderMismatchException.class)
        .isThrownBy(
            () ->
                directory
                    .getFileSystem()
                    .provider()
                    .move(directory.resolve("moved"), Path.of("/nowhere/else")));
    assertThat(directory.resolve("moved")).hasContent("text");
  }

  @Test
  void aFileThatIsMadeAgainIsAnotherOne() throws IOException {
    Path file = write("file", "one");
    Object before = Files.readAttributes(file, AfsFileAttributes.class).fileKey();
    Files.delete(file);
    write("file", "two");
    assertThat(Files.readAttributes(file, AfsFileAttributes.class).fileKey()).isNotEqualTo(before);
  }

  @Test
  void changesMoveTheTime() throws IOException {
    Path file = write("file", "text");
    for (Path each : List.of(file, directory)) {
      Files.setLastModifiedTime(each, FileTime.from(LONG_AGO));
      assertThat(Files.getLastModifiedTime(each).toInstant()).isEqualTo(LONG_AGO);
    }
    Files.readString(file);
    assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(LONG_AGO);
    Files.writeString(file, "other");
    assertThat(Files.getLastModifiedTime(file).toInstant()).isAfter(LONG_AGO);
    assertThat(Files.getLastModifiedTime(directory).toInstant()).isEqualTo(LONG_AGO);
    Files.delete(file);
    assertThat(Files.getLastModifiedTime(directory).toInstant()).isAfter(LONG_AGO);
  }

  @Test
  void theSameFileIsFoundUnderAllItsNames() throws IOException {
    Path file = write("file", "");
    Path none = directory.resolve("none");

    assertThat(Files.isSameFile(file, directory.resolve("../" + directory.getFileName() + "/file")))
        .isTrue();
    assertThat(Files.isSameFile(file, write("other", ""))).isFalse();
    assertThat(Files.isSameFile(none, none)).as("not looked at").isTrue();
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.isSameFile(file, none));
    assertThat(Files.isSameFile(file, Path.of(file.toString()))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"size", "isDirectory", "fileKey", "afs:dataVersion", "posix:size"})
  void whatFollowsFromOtherThingsIsNotSet(String name) throws IOException {
    Path file = write("file", "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Files.setAttribute(file, name, Files.getAttribute(file, name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "basic:", "none", "basic:none", "basic:owner", "owner:size", "size,none"})
  void attributesThatAreNoneAreRefused(String names) throws IOException {
    Path file = write("file", "");
    assertThatIllegalArgumentException().isThrownBy(() -> Files.readAttributes(file, names));
  }

  @Test
  void attributesHaveTheirTypesAndViews() throws IOException {
    Path file = write("file", "");

    assertThatExceptionOfType(ClassCastException.class)
        .isThrownBy(() -> Files.setAttribute(file, "lastModifiedTime", "yesterday"));
    assertThatExceptionOfType(ClassCastException.class)
        .isThrownBy(() -> Files.setAttribute(file, "posix:permissions", Set.of("rw")));
    for (String none : List.of("dos:hidden", "a:b:c", ":size")) {
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .as(none)
          .isThrownBy(() -> Files.getAttribute(file, none));
    }
    assertThat(Files.getFileAttributeView(file, DosFileAttributeView.class)).isNull();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.readAttributes(file, DosFileAttributes.class));
    assertThat(file.getFileSystem().supportedFileAttributeViews())
        .containsExactlyInAnyOrder("basic", "owner", "posix", "afs");
    for (String view : file.getFileSystem().supportedFileAttributeViews()) {
      assertThat(Files.readAttributes(file, view + ":*")).as(view).isNotEmpty();
    }
    assertThat(Files.getFileAttributeView(file, BasicFileAttributeView.class).name())
        .isEqualTo("basic");
    assertThat(Files.getFileAttributeView(file, PosixFileAttributeView.class).name())
        .isEqualTo("posix");
  }

  @Test
  void usersAndGroupsAreLookedUpByNumber() throws IOException {
    Path file = write("file", "");
    UserPrincipalLookupService users = file.getFileSystem().getUserPrincipalLookupService();
    UserPrincipal owner = Files.getOwner(file);
    GroupPrincipal group = Files.readAttributes(file, PosixFileAttributes.class).group();

    assertThat(users.lookupPrincipalByName(owner.getName())).isEqualTo(owner);
    assertThat(users.lookupPrincipalByGroupName(group.getName())).isEqualTo(group);
    assertThatExceptionOfType(UserPrincipalNotFoundException.class)
        .isThrownBy(() -> users.lookupPrincipalByName("nobody at all"));
  }

  @Test
  @SuppressWarnings("try") // closed early on purpose
  void entriesAreGoneThroughOnce() throws IOException {
    write("a", "");
    write("b", "");
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      Iterator<Path> entries = stream.iterator();
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(stream::iterator);
      Path first = entries.next(); // without having asked whether there is one
      assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(entries::remove);
      Files.delete(first); // which the stream does not mind
      assertThat(entries.next()).isNotEqualTo(first);
      assertThat(entries.hasNext()).isFalse();
      assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      Iterator<Path> cut = stream.iterator();
      stream.close();
      assertThat(cut.hasNext()).isFalse();
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(stream::iterator);
    }
  }

  @Test
  void aFilterThatFailsEndsTheStream() throws IOException {
    write("file", "");
    DirectoryStream.Filter<Path> failing =
        path -> {
          throw new NoSuchFileException("gone");
        };
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, failing)) {
      assertThatExceptionOfType(DirectoryIteratorException.class)
          .isThrownBy(() -> stream.iterator().hasNext())
          .withCauseInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void filesMoveToAnotherFileSystemButNotAtOnce() throws IOException {
    Path file = write("file", "text");
    Path target = place().elsewhere(directory).resolve("moved");
    assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
        .isThrownBy(() -> Files.move(file, target, StandardCopyOption.ATOMIC_MOVE));
    assertThat(names(directory)).containsExactly("file");
    Files.move(file, target);
    assertThat(names(directory)).containsExactly("moved");
    assertThat(Files.readString(target)).isEqualTo("text");
  }

  @Test
  void lettersOfTwoCasesAreTwoNames() throws IOException {
    write("name", "1");
    write("NAME", "2");
    assertThat(names(directory)).containsExactly("NAME", "name");
    assertThat(directory.resolve("name")).hasContent("1").isNotEqualTo(directory.resolve("Name"));
    assertThat(Files.exists(directory.resolve("Name"))).isFalse();
  }
}
