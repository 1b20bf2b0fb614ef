package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.Fid;
import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskCacheTest {
  private static final ChunkKey KEY = Chunks.key(4, 12, 3);
  private static final long MANY = 64L << 20;

  @TempDir private Path directory;
  private DiskCache cache;

  /** Opens it without a thread: nothing is done before {@link DiskCache#work}. */
  private DiskCache open(long maxBytes) throws IOException {
    close();
    cache = new DiskCache(DirectoryFiles.open(directory), maxBytes);
    return cache;
  }

  private DiskCache open() throws IOException {
    return open(MANY);
  }

  @AfterEach
  void close() {
    if (cache != null) {
      cache.close();
    }
  }

  private void write(ChunkKey... keys) {
    for (ChunkKey key : keys) {
      cache.offer(key, Chunks.of(key, 1000));
      cache.work();
    }
  }

  private boolean holds(ChunkKey key) {
    Optional<Chunk> found = cache.find(key);
    found.ifPresent(
        chunk -> assertThat(Chunks.bytes(chunk)).isEqualTo(Chunks.bytes(Chunks.of(key, 1000))));
    return found.isPresent();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("chunks/v1"))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void whatWasOfferedIsThere() throws IOException {
    open();
    assertThat(holds(KEY)).isFalse();

    write(KEY);

    assertThat(holds(KEY)).isTrue();
    assertThat(cache.hits()).isEqualTo(1);
    assertThat(cache.bytes()).isEqualTo(4096);
  }

  @Test
  void itIsThereAfterARestartBeforeAnythingWasLookedThrough() throws IOException {
    open();
    write(KEY);

    open();

    assertThat(holds(KEY)).isTrue();
    assertThat(holds(Chunks.key(5, 12, 3))).isFalse();
  }

  @Test
  void itIsThereAfterARestartWhenAllWasLookedThrough() throws IOException {
    open();
    write(KEY);

    open();
    cache.work();

    assertThat(cache.bytes()).isEqualTo(4096);
    assertThat(holds(KEY)).isTrue();
  }

  @Test
  void anotherVersionOrInstanceIsNotThere() throws IOException {
    open();
    write(KEY);
    for (int i = 0; i < 2; i++) {
      assertThat(holds(new ChunkKey(KEY.fid(), 13, KEY.instance(), 3))).isFalse();
      assertThat(holds(new ChunkKey(KEY.fid(), 12, KEY.instance() + 1, 3))).isFalse();
      assertThat(holds(KEY)).isTrue();
      open();
    }
  }

  @Test
  void anotherVersionTakesThePlace() throws IOException {
    open();
    ChunkKey newer = Chunks.key(4, 13, 3);

    write(KEY, newer);

    assertThat(holds(KEY)).isFalse();
    assertThat(holds(newer)).isTrue();
    assertThat(files()).hasSize(1);
    assertThat(cache.bytes()).isEqualTo(4096);
  }

  @Test
  void aShorterVersionTakesThePlaceOfALongerOne() throws IOException {
    open();
    ChunkKey before = Chunks.key(4, 12, 0);
    ChunkKey after = Chunks.key(4, 13, 0);
    cache.offer(before, Chunks.of(before, 5000));
    cache.work();
    cache.offer(after, Chunks.of(after, 10));
    cache.work();

    assertThat(holds(before)).isFalse();
    assertThat(cache.find(after).orElseThrow().length()).isEqualTo(10);
    assertThat(files()).hasSize(1);
  }

  @Test
  void aTornChunkIsDropped() throws IOException {
    open();
    write(KEY);
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThat(holds(KEY)).isFalse();

    assertThat(file).doesNotExist();
    assertThat(cache.bytes()).isZero();
    assertThat(cache.maxBytes()).isEqualTo(MANY);
    write(KEY);
    assertThat(holds(KEY)).isTrue();
  }

  @Test
  void aFileThatIsGoneIsNotThere() throws IOException {
    open();
    write(KEY);
    Files.delete(files().getFirst());

    assertThat(holds(KEY)).isFalse();

    assertThat(cache.bytes()).isZero();
    write(KEY);
    assertThat(holds(KEY)).isTrue();
  }

  @Test
  void whatWasUsedLeastLatelyMakesRoom() throws IOException {
    open(3 * 4096);
    write(Chunks.key(1, 1, 0), Chunks.key(2, 1, 0), Chunks.key(3, 1, 0));
    assertThat(holds(Chunks.key(1, 1, 0))).isTrue();

    write(Chunks.key(4, 1, 0));

    assertThat(holds(Chunks.key(2, 1, 0))).isFalse();
    assertThat(holds(Chunks.key(1, 1, 0))).isTrue();
    assertThat(holds(Chunks.key(3, 1, 0))).isTrue();
    assertThat(holds(Chunks.key(4, 1, 0))).isTrue();
    assertThat(files()).hasSize(3);
  }

  @Test
  void afterARestartWhatIsOldestMakesRoom() throws IOException {
    open();
    write(Chunks.key(1, 1, 0), Chunks.key(2, 1, 0), Chunks.key(3, 1, 0));
    for (Path file : files()) {
      boolean second = file.getFileName().toString().startsWith("2.");
      Files.setLastModifiedTime(file, FileTime.fromMillis(second ? 1_000 : 2_000));
    }

    open(3 * 4096);
    write(Chunks.key(4, 1, 0));

    assertThat(files()).hasSize(3);
    assertThat(holds(Chunks.key(2, 1, 0))).isFalse();
    assertThat(holds(Chunks.key(4, 1, 0))).isTrue();
  }

  @Test
  void aSmallerLimitIsKeptAfterARestart() throws IOException {
    open();
    for (int i = 1; i <= 20; i++) {
      write(Chunks.key(i, 1, 0));
    }

    open(5 * 4096);
    cache.work();

    assertThat(files()).hasSize(5);
    assertThat(cache.bytes()).isEqualTo(5 * 4096);
  }

  @Test
  void whatIsForgottenIsNotThere() throws IOException {
    open();
    ChunkKey other = Chunks.key(5, 1, 0);
    write(KEY, other);
    cache.offer(Chunks.key(4, 13, 4), Chunks.of(Chunks.key(4, 13, 4), 1000)); // waits

    cache.forget(KEY.fid()::equals);
    cache.work();

    assertThat(holds(KEY)).isFalse();
    assertThat(holds(Chunks.key(4, 13, 4))).isFalse();
    assertThat(holds(other)).isTrue();
    assertThat(files()).hasSize(1);
  }

  @Test
  void whatIsForgottenBeforeItWasLookedAtIsNotThere() throws IOException {
    open();
    ChunkKey other = Chunks.key(5, 1, 0);
    write(KEY, other);

    open();
    cache.forget(KEY.fid()::equals);

    assertThat(holds(KEY)).isFalse();
    assertThat(holds(other)).isTrue();
    cache.work();
    assertThat(holds(KEY)).isFalse();
    assertThat(files()).hasSize(1);
  }

  @Test
  void whatIsForgottenWhileItIsWrittenIsNotThere() throws IOException {
    DiskFiles files = DirectoryFiles.open(directory);
    cache =
        new DiskCache(
            new FailingFiles(files) {
              @Override
              public void write(DiskSlot slot, ByteBuffer whole) throws IOException {
                super.write(slot, whole);
                cache.forget(slot.fid()::equals);
              }
            },
            MANY);

    write(KEY);

    assertThat(holds(KEY)).isFalse();
    assertThat(files()).isEmpty();
  }

  /** A file is written in place: whoever looks meanwhile must not take it for torn. */
  @Test
  void whoLooksForAChunkWhileItIsWrittenLeavesItAlone() throws IOException {
    DiskFiles files = DirectoryFiles.open(directory);
    cache =
        new DiskCache(
            new FailingFiles(files) {
              @Override
              public void write(DiskSlot slot, ByteBuffer whole) throws IOException {
                super.write(slot, ByteBuffer.allocate(100)); // so far
                assertThat(holds(KEY)).isFalse();
                cache.discard(KEY); // as a reader does that had begun before
                assertThat(files()).hasSize(1);
                super.write(slot, whole);
              }
            },
            MANY);

    write(KEY);

    assertThat(holds(KEY)).isTrue();
  }

  @Test
  void aDiscardedChunkIsNotThere() throws IOException {
    open();
    write(KEY);

    cache.discard(KEY);

    assertThat(holds(KEY)).isFalse();
    assertThat(files()).isEmpty();
  }

  @Test
  void tooMuchAtOnceIsLeftOut() throws IOException {
    open();
    for (int i = 0; i < 20; i++) {
      ChunkKey key = Chunks.key(4, 12, i);
      cache.offer(key, Chunks.of(key, Chunk.BYTES));
    }
    cache.work();

    assertThat(files()).hasSize(15); // of 16 MiB, each weighs a little more than its bytes
  }

  @Test
  void oneClientAtATimeHasTheDirectory() throws IOException {
    open();

    assertThatThrownBy(() -> DirectoryFiles.open(directory))
        .isInstanceOf(DirectoryFiles.InUseException.class);

    cache.close();
    assertThatCode(() -> DirectoryFiles.open(directory).close()).doesNotThrowAnyException();
  }

  /** The lock that another process holds is one of the whole machine. */
  @Test
  void oneProcessAtATimeHasTheDirectory() throws Exception {
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DirectoryHolder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("open");
      assertThatThrownBy(() -> DirectoryFiles.open(directory))
          .isInstanceOf(DirectoryFiles.InUseException.class);
    } finally {
      other.destroyForcibly().waitFor();
    }
    open();
    write(KEY);
    assertThat(holds(KEY)).isTrue();
  }

  @Test
  void nobodyElseMayLookIntoIt() throws IOException {
    Path chunks = Files.createDirectory(directory.resolve("chunks"));
    Files.setPosixFilePermissions(chunks, PosixFilePermissions.fromString("rwxrwxrwx"));
    open();
    write(KEY);
    try (Stream<Path> all = Files.walk(chunks)) {
      for (Path path : all.toList()) {
        String expected =
            Files.isDirectory(path)
                ? "rwx------"
                : path.endsWith("CACHEDIR.TAG") ? "any" : "rw-------";
        if (!expected.equals("any")) {
          assertThat(Files.getPosixFilePermissions(path))
              .as("%s", path)
              .isEqualTo(PosixFilePermissions.fromString(expected));
        }
      }
    }
  }

  @Test
  void aLinkInPlaceOfTheDirectoryIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("chunks"), elsewhere);

    assertThatThrownBy(() -> DirectoryFiles.open(directory)).isInstanceOf(IOException.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void whatIsNoChunkIsLeftAlone() throws IOException {
    open();
    write(KEY);
    Path volume = files().getFirst().getParent();
    List<Path> strange =
        List.of(
            volume.resolve("README"),
            volume.resolve("4.7"),
            volume.resolve("04.7.3"),
            volume.resolve("4.7.-3"),
            volume.resolve("4.7.fffffffffffffffff"));
    for (Path path : strange) {
      Files.write(path, new byte[100]);
    }
    Files.createDirectory(volume.resolveSibling("nonsense"));
    Files.write(volume.resolveSibling("nonsense").resolve("1.1.1"), new byte[100]);
    Files.createDirectory(volume.getParent().resolveSibling("%zz"));

    open();
    cache.work();
    cache.forget(fid -> true);

    assertThat(cache.bytes()).isZero();
    assertThat(strange).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void cellsWithAnyNameAreFoundAgain() throws IOException {
    List<ChunkKey> keys =
        Stream.of("example.org", "EXAMPLE.ORG", "..", ".", "a/b", "é %", "-x", "%41")
            .map(cell -> new ChunkKey(new Fid(cell, -1, -2, -3), 1, 1, 0))
            .toList();
    open();
    write(keys.toArray(ChunkKey[]::new));

    open();
    cache.work();

    assertThat(cache.bytes()).isEqualTo(keys.size() * 4096L);
    assertThat(keys).allSatisfy(key -> assertThat(holds(key)).isTrue());
  }

  @Test
  void aFullDiskEndsIt() throws IOException {
    FailingFiles files = new FailingFiles(DirectoryFiles.open(directory));
    cache = new DiskCache(files, MANY);
    write(KEY);

    files.failure = new IOException("No space left on device");
    write(Chunks.key(5, 1, 0));

    files.failure = null;
    assertThat(holds(KEY)).isFalse();
    assertThat(cache.maxBytes()).isZero();
    assertThat(cache.bytes()).isZero();
    write(KEY);
    assertThat(holds(KEY)).isFalse();
    assertThatCode(() -> cache.forget(fid -> true)).doesNotThrowAnyException();
  }

  @Test
  void aDiskThatCannotBeReadEndsIt() throws IOException {
    FailingFiles files = new FailingFiles(DirectoryFiles.open(directory));
    cache = new DiskCache(files, MANY);
    write(KEY);

    files.failure = new IOException("Input/output error");

    assertThat(holds(KEY)).isFalse();
    assertThat(cache.maxBytes()).isZero();
  }

  @Test
  void aDirectoryThatIsTakenAwayEndsIt() throws IOException {
    open();
    write(KEY);
    try (Stream<Path> all = Files.walk(directory.resolve("chunks"))) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }

    assertThat(holds(KEY)).isFalse();
    write(KEY);

    assertThat(holds(KEY)).isFalse();
    assertThat(cache.maxBytes()).isZero();
  }

  /** An interrupt is the caller's; the disk is as good as before. */
  @Test
  void whoIsInterruptedFindsNothing() throws IOException {
    open();
    write(KEY);
    Thread.currentThread().interrupt();
    assertThat(holds(KEY)).isFalse();
    assertThat(Thread.interrupted()).isTrue();

    assertThat(holds(KEY)).isTrue();
    assertThat(cache.maxBytes()).isEqualTo(MANY);
  }

  @Test
  void itsThreadWritesWhatIsOffered() throws IOException {
    try (DiskCache running = DiskCache.open(directory, MANY)) {
      running.offer(KEY, Chunks.of(KEY, 1000));
      Eventually.until(() -> running.find(KEY).isPresent(), running::bytes);
    }
  }
}
