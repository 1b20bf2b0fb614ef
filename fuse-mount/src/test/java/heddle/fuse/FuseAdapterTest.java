package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.off_t;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;

/** The adapter as libfuse calls it, with the structs in native memory. */
final class FuseAdapterTest {
  private static final int ENOENT = -2;
  private static final int EIO = -5;
  private static final int EACCES = -13;
  private static final int EROFS = -30;
  private static final int ENODATA = -61;
  private static final int EOPNOTSUPP = -95;
  private static final int ETIMEDOUT = -110;
  private static final int ESTALE = -116;
  private static final int READ_ONLY = 0;
  private static final int READ_WRITE = 2;
  private static final int ERANGE = -34;
  private static final int USER = 1000;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final MemoryTree tree =
      new MemoryTree().directory("/dir").file("/dir/file", "0123456789");
  private final Identity alice = Identity.named("alice");
  private final Pointer context = zeros(64);
  private final AtomicLong nanos = new AtomicLong();
  private Optional<String> controlSocket = Optional.empty();
  private final MountIdentities identities =
      new MountIdentities() {
        @Override
        public Caller caller(int user, int thread) {
          return user == USER ? alice : Caller.anonymous();
        }

        @Override
        public Optional<String> controlSocket() {
          return controlSocket;
        }
      };
  private final FuseAdapter adapter =
      new FuseAdapter(
          tree,
          new Credentials(() -> context, identities),
          nanos::get,
          MountOptions.Access.READ_ONLY);
  private final Pointer stat = zeros(256);
  private final Pointer fileInfo = zeros(64);

  private static Pointer zeros(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }

  private static Pointer path(String path) {
    return NativeStrings.of(path.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void oneThreadAsks() {
    context.putInt(Structs.Context.THREAD, 4711);
  }

  private int open(String path, int flags) {
    fileInfo.setMemory(0, 64, (byte) 0);
    fileInfo.putInt(0, flags);
    return adapter.files().open(path(path), fileInfo);
  }

  private void lookUpAndOpen(String path) {
    assertThat(adapter.paths().getattr(path(path), stat)).isZero();
    assertThat(open(path, READ_ONLY)).isZero();
  }

  private String read(int size, long offset) {
    Pointer buffer = zeros(size);
    int length = adapter.files().read(null, buffer, size, offset, fileInfo);
    assertThat(length).isNotNegative();
    byte[] bytes = new byte[length];
    buffer.get(0, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void attributesAreWhereCExpectsThem() {
    tree.mode("/dir/file", 04640);

    assertThat(adapter.paths().getattr(path("/dir/file"), stat)).isZero();

    FileStat c = FileStat.of(stat);
    assertThat(c.st_mode.intValue()).isEqualTo(FileStat.S_IFREG | 04640);
    assertThat(c.st_size.longValue()).isEqualTo(10);
    assertThat(c.st_blocks.longValue()).isEqualTo(1);
    assertThat(c.st_nlink.intValue()).isEqualTo(1);
    assertThat(c.st_uid.intValue()).isEqualTo(1001);
    assertThat(c.st_gid.intValue()).isEqualTo(1002);
    assertThat(c.st_ino.longValue()).isNotZero();
    assertThat(c.st_mtim.tv_sec.longValue()).isEqualTo(MemoryTree.MODIFIED.getEpochSecond());
    assertThat(c.st_mtim.tv_nsec.longValue()).isEqualTo(8);
    assertThat(c.st_ctim.tv_sec.longValue()).isEqualTo(MemoryTree.MODIFIED.getEpochSecond());
    assertThat(c.st_blksize.longValue()).isEqualTo(65536);
  }

  private int attribute(String path, String name, Pointer buffer, int size) {
    return adapter.attributes().getxattr(path(path), path(name), buffer, size);
  }

  @Test
  void eachUserIsItself() throws Exception {
    alice.set(MemoryTree.CELL, RxkadToken.of("alice", 256, new byte[99], new byte[8], Instant.MAX));
    context.putInt(8, USER);
    assertThat(adapter.paths().getattr(path("/dir/file"), stat)).isZero();
    assertThat(tree.lastPrincipal()).contains("alice");

    context.putInt(8, 0);
    assertThat(adapter.paths().getattr(path("/dir/file"), stat)).isZero();
    assertThat(tree.lastPrincipal()).isEmpty();
  }

  @Test
  void theRootSaysWhereTokensAreSet() {
    Pointer buffer = zeros(64);
    assertThat(attribute("/", RunningMount.CONTROL_ATTRIBUTE, buffer, 64)).isEqualTo(ENODATA);
    controlSocket = Optional.of("/run/x");

    assertThat(attribute("/", RunningMount.CONTROL_ATTRIBUTE, buffer, 0)).isEqualTo(6);
    assertThat(attribute("/", RunningMount.CONTROL_ATTRIBUTE, buffer, 5)).isEqualTo(ERANGE);
    assertThat(attribute("/", RunningMount.CONTROL_ATTRIBUTE, buffer, 6)).isEqualTo(6);
    assertThat(buffer.getString(0)).isEqualTo("/run/x");
    assertThat(attribute("/dir", RunningMount.CONTROL_ATTRIBUTE, buffer, 64)).isEqualTo(ENODATA);
    assertThat(attribute("/", "user.other", buffer, 64)).isEqualTo(EOPNOTSUPP);
  }

  @Test
  void missingFileIsMissing() {
    assertThat(adapter.paths().getattr(path("/dir/nothing"), stat)).isEqualTo(ENOENT);
  }

  @Test
  void namesOfDifferentBytesAreDifferent() {
    byte[] one = {'/', 'a', (byte) 0xff};
    byte[] other = {'/', 'a', (byte) 0xfe};
    tree.file(AfsPath.of(one), new byte[1]).file(AfsPath.of(other), new byte[2]);

    adapter.paths().getattr(NativeStrings.of(one), stat);
    assertThat(FileStat.of(stat).st_size.longValue()).isEqualTo(1);
    adapter.paths().getattr(NativeStrings.of(other), stat);
    assertThat(FileStat.of(stat).st_size.longValue()).isEqualTo(2);
  }

  @Test
  void nothingThrownReachesNativeCode() {
    tree.before("stat", "/runtime", failing(new IllegalStateException("for a test")));
    tree.before("stat", "/error", failing(new StackOverflowError("for a test")));

    assertThat(adapter.paths().getattr(path("/runtime"), stat)).isEqualTo(EIO);
    assertThat(adapter.paths().getattr(path("/error"), stat)).isEqualTo(EIO);
    assertThat(adapter.paths().getattr(path("/dir"), stat)).as("afterwards").isZero();
  }

  private static MemoryTree.Hook failing(Throwable failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }

  @Test
  void interruptOfOneOperationDoesNotStayOnTheThread() {
    tree.before(
        "stat",
        "/dir",
        () -> {
          Thread.currentThread().interrupt();
          throw new AfsException.Interrupted("for a test");
        });

    assertThat(adapter.paths().getattr(path("/dir"), stat)).isEqualTo(-4);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void linksToAfsLeadIntoTheMountIfThatIsWanted() {
    tree.link("/cells", "/afs");
    tree.link("/file", "/afs/example.org/a");
    tree.link("/another", "/afsx/a");
    tree.link("/relative", "afs/a");
    FuseAdapter rewriting =
        new FuseAdapter(
            tree,
            new Credentials(() -> context, identities),
            nanos::get,
            MountOptions.Access.READ_ONLY,
            LinkTargets.into("/mnt/x".getBytes(StandardCharsets.UTF_8)),
            Owners.AS_IN_AFS);
    Pointer buffer = zeros(64);
    List<String> shown = new ArrayList<>();
    for (String link : List.of("/cells", "/file", "/another", "/relative")) {
      assertThat(rewriting.paths().readlink(path(link), buffer, 64)).isZero();
      shown.add(buffer.getString(0));
    }

    assertThat(shown).containsExactly("/mnt/x", "/mnt/x/example.org/a", "/afsx/a", "afs/a");
  }

  @Test
  void linkIsReadAndCutOffAtTheBuffer() {
    tree.link("/link", "to/somewhere");
    Pointer buffer = zeros(32);

    assertThat(adapter.paths().readlink(path("/link"), buffer, 32)).isZero();
    assertThat(buffer.getString(0)).isEqualTo("to/somewhere");
    assertThat(adapter.paths().readlink(path("/link"), buffer, 4)).isZero();
    assertThat(buffer.getString(0)).isEqualTo("to/");
  }

  @Test
  void fileIsReadAtAnyOffset() {
    lookUpAndOpen("/dir/file");

    assertThat(read(100, 0)).isEqualTo("0123456789");
    assertThat(read(3, 4)).isEqualTo("456");
    assertThat(read(100, 10)).isEmpty();
    assertThat(read(100, 1L << 40)).isEmpty();
  }

  @Test
  void secondRequestOfAFailedReadGetsTheSameAnswerAtOnce() {
    lookUpAndOpen("/dir/file");
    var asked = new AtomicInteger();
    tree.before(
        "read",
        "/dir/file",
        () -> {
          asked.incrementAndGet();
          throw new AfsException.ServersUnreachable("for a test");
        });
    Pointer buffer = zeros(4096);

    assertThat(adapter.files().read(null, buffer, 4096, 0, fileInfo)).isEqualTo(ETIMEDOUT);
    assertThat(adapter.files().read(null, buffer, 512, 0, fileInfo)).isEqualTo(ETIMEDOUT);
    assertThat(asked).as("questions of the server").hasValue(1);

    assertThat(adapter.files().read(null, buffer, 512, 0, fileInfo)).isEqualTo(ETIMEDOUT);
    assertThat(asked).as("questions, the user having asked again").hasValue(2);

    assertThat(adapter.files().read(null, buffer, 512, 4096, fileInfo)).isEqualTo(ETIMEDOUT);
    assertThat(asked).as("questions, another place being read").hasValue(3);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(adapter.files().read(null, buffer, 512, 4096, fileInfo)).isEqualTo(ETIMEDOUT);
    assertThat(asked).as("questions, the kernel not asking again at once").hasValue(4);
  }

  @Test
  void openFileTellsItsPresentAttributes() {
    lookUpAndOpen("/dir/file");
    tree.change("/dir/file", "more than before");

    assertThat(adapter.files().fgetattr(null, stat, fileInfo)).isZero();
    assertThat(FileStat.of(stat).st_size.longValue()).isEqualTo(16);
  }

  @Test
  void releasedFileIsClosed() {
    lookUpAndOpen("/dir/file");
    assertThat(tree.openNow()).isEqualTo(1);

    assertThat(adapter.files().release(null, fileInfo)).isZero();

    assertThat(tree.openNow()).isZero();
    assertThat(adapter.files().read(null, zeros(8), 8, 0, fileInfo)).isEqualTo(ESTALE);
    assertThat(adapter.files().release(null, fileInfo)).isEqualTo(ESTALE);
  }

  @Test
  void fileThatIsNotOpenedAfterAllIsClosed() {
    adapter.paths().getattr(path("/dir/file"), stat);
    tree.change("/dir/file", "x");

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(ESTALE);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void unchangedFileIsOpenedWithItsPagesKept() {
    lookUpAndOpen("/dir/file");
    assertThat(fileInfo.getInt(20)).isZero();

    assertThat(open("/dir/file", READ_ONLY)).isZero();
    assertThat(fileInfo.getInt(20)).as("keep_cache").isEqualTo(2);
  }

  @Test
  void openPastTheNamesIsDirect() {
    lookUpAndOpen("/dir/file");
    tree.change("/dir/file", "x");

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(ESTALE);
    assertThat(open("/dir/file", READ_ONLY)).isZero();
    assertThat(fileInfo.getInt(20)).as("direct_io").isEqualTo(1);
  }

  @Test
  void removedFileIsLookedUpAgainBeforeItIsMissing() {
    adapter.paths().getattr(path("/dir/file"), stat);
    tree.remove("/dir/file");

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(ESTALE);
    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(ENOENT);
  }

  @Test
  void whatMayNotBeReadIsNotOpened() {
    adapter.paths().getattr(path("/dir/file"), stat);
    tree.rights("/dir/file", AccessRights.LOOKUP);

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(EACCES);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void rightsOnTheDirectoryThatWereTakenAwayCountThoughTheFileShowsThem() {
    lookUpAndOpen("/dir/file");
    adapter.files().release(null, fileInfo);
    tree.rightsOfDirectory("/dir/file", AccessRights.LOOKUP);

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(EACCES);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void whoMayNotReadNeverSeesPagesThatOthersHaveRead() {
    lookUpAndOpen("/dir/file");
    lookUpAndOpen("/dir/file"); // pages are kept by now
    assertThat(fileInfo.getInt(20)).as("keep_cache").isEqualTo(2);
    tree.rights("/dir/file", AccessRights.INSERT | AccessRights.LOOKUP);

    assertThat(open("/dir/file", READ_ONLY)).isZero();

    assertThat(fileInfo.getInt(20)).as("direct_io").isEqualTo(1);
  }

  @Test
  void whoMayNotReadOpensOnlyWhatTheServerLetsItRead() {
    adapter.paths().getattr(path("/dir/file"), stat);
    tree.rights("/dir/file", AccessRights.INSERT | AccessRights.LOOKUP);
    tree.before(
        "read",
        "/dir/file",
        () -> {
          throw new AfsException.PermissionDenied("for a test");
        });

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(EACCES);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void nothingIsOpenedForWriting() {
    adapter.paths().getattr(path("/dir/file"), stat);

    assertThat(open("/dir/file", READ_WRITE)).isEqualTo(EROFS);
    assertThat(adapter.refuseChange()).isEqualTo(EROFS);
  }

  @Test
  void nothingIsOpenedOnceTheEndHasBegun() {
    adapter.paths().getattr(path("/dir/file"), stat);
    adapter.end();

    assertThat(open("/dir/file", READ_ONLY)).isEqualTo(EIO);
    assertThat(adapter.directories().opendir(path("/dir"), fileInfo)).isEqualTo(EIO);
  }

  @ParameterizedTest
  @CsvSource({
    // rights, mode, mask, result; of a file
    "1, 0644, 4, 0",
    "0, 0644, 4, -13",
    "1, 0244, 4, -13",
    "1, 0644, 1, -13",
    "1, 0744, 1, 0",
    "8, 0744, 1, -13",
    "0, 0000, 0, 0",
    "7, 0644, 2, -30",
  })
  void accessToAFileNeedsTheRightAndTheOwnersBit(int rights, String mode, int mask, int result) {
    tree.rights("/dir/file", rights);
    tree.mode("/dir/file", Integer.parseInt(mode, 8));

    assertThat(adapter.paths().access(path("/dir/file"), mask)).isEqualTo(result);
  }

  @Test
  void accessToADirectoryNeedsLookUp() {
    tree.mode("/dir", 0);
    tree.rights("/dir", AccessRights.LOOKUP);
    assertThat(adapter.paths().access(path("/dir"), 5)).isZero();

    tree.rights("/dir", AccessRights.READ);
    assertThat(adapter.paths().access(path("/dir"), 1)).isEqualTo(EACCES);
    assertThat(adapter.paths().access(path("/nothing"), 0)).isEqualTo(ENOENT);
  }

  @Test
  void fileSystemIsTheVolumeWithItsQuota() {
    Pointer memory = zeros(256);

    assertThat(adapter.paths().statfs(path("/dir"), memory)).isZero();

    Statvfs c = Statvfs.of(memory);
    assertThat(c.f_frsize.longValue()).isEqualTo(1024);
    assertThat(c.f_blocks.longValue()).isEqualTo(5000);
    assertThat(c.f_bfree.longValue()).isEqualTo(3800);
    assertThat(c.f_bavail.longValue()).isEqualTo(3800);
    assertThat(c.f_namemax.longValue()).isEqualTo(255);
  }

  @Test
  void thereAreNoExtendedAttributes() {
    assertThat(adapter.attributes().getxattr(path("/dir"), path("user.x"), null, 0))
        .isEqualTo(EOPNOTSUPP);
    assertThat(adapter.attributes().listxattr(path("/dir"), null, 0)).isZero();
  }

  @Test
  void kernelMayReadMoreAtOnceThanThereAreThreads() {
    Pointer connection = zeros(128);

    assertThat(adapter.init(connection)).isNull();
    assertThat(connection.getInt(28)).as("max_background").isEqualTo(2048);
  }

  /** libfuse's function that takes an entry. */
  @FunctionalInterface
  public interface Filler {
    @Delegate
    int fill(Pointer buffer, Pointer name, Pointer stat, @off_t long offset);
  }

  private record Entry(String name, long inode, int mode, long next) {}

  /** Reads a directory as the kernel does, with room for {@code room} entries at a time. */
  private List<Entry> list(int room) {
    List<Entry> all = new ArrayList<>();
    List<Entry> piece = new ArrayList<>();
    Filler filler =
        (buffer, name, entryStat, next) -> {
          if (piece.size() == room) {
            return 1;
          }
          FileStat c = FileStat.of(entryStat);
          piece.add(
              new Entry(
                  name.getString(0, 256, StandardCharsets.ISO_8859_1),
                  c.st_ino.longValue(),
                  c.st_mode.intValue(),
                  next));
          return 0;
        };
    Pointer function = RUNTIME.getClosureManager().getClosurePointer(Filler.class, filler);
    long offset = 0;
    do {
      piece.clear();
      assertThat(adapter.directories().readdir(null, zeros(8), function, offset, fileInfo))
          .isZero();
      all.addAll(piece);
      offset = piece.isEmpty() ? offset : piece.get(piece.size() - 1).next();
    } while (!piece.isEmpty());
    return all;
  }

  @Test
  void everyEntryIsGivenOnceFromOneSnapshot() {
    tree.directory("/big");
    for (int i = 0; i < 10_000; i++) {
      tree.file("/big/entry" + i, "");
    }
    assertThat(adapter.directories().opendir(path("/big"), fileInfo)).isZero();

    List<Entry> entries = list(100);

    assertThat(entries).extracting(Entry::name).hasSize(10_002).doesNotHaveDuplicates();
    assertThat(entries)
        .extracting(Entry::name)
        .startsWith(".", "..", "entry0")
        .endsWith("entry9999");
    assertThat(entries).extracting(Entry::inode).doesNotContain(0L);
    assertThat(tree.directoriesOpened()).isEqualTo(1);
  }

  @Test
  void directoriesAreMarkedAsSuch() {
    tree.directory("/dir/sub");
    adapter.directories().opendir(path("/dir"), fileInfo);

    assertThat(list(10))
        .extracting(Entry::name, Entry::mode)
        .containsExactly(
            tuple(".", FileStat.S_IFDIR),
            tuple("..", FileStat.S_IFDIR),
            tuple("file", 0),
            tuple("sub", FileStat.S_IFDIR));
  }

  @Test
  void longestNamesComeWhole() {
    tree.file("/dir/" + "n".repeat(256), "");
    adapter.directories().opendir(path("/dir"), fileInfo);

    assertThat(list(10)).extracting(Entry::name).contains("n".repeat(256));
  }

  @Test
  void rewindingTakesANewSnapshot() {
    adapter.directories().opendir(path("/dir"), fileInfo);
    list(10);
    tree.file("/dir/new", "");

    assertThat(list(10)).extracting(Entry::name).contains("new");
    assertThat(tree.directoriesOpened()).isEqualTo(2);
    assertThat(tree.openNow()).isEqualTo(1);
  }

  @Test
  void offsetsBeyondTheEndGiveNothing() {
    adapter.directories().opendir(path("/dir"), fileInfo);
    Filler filler = (buffer, name, entryStat, next) -> 1;
    Pointer function = RUNTIME.getClosureManager().getClosurePointer(Filler.class, filler);

    for (long offset : new long[] {3, 1000, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      assertThat(adapter.directories().readdir(null, zeros(8), function, offset, fileInfo))
          .isZero();
    }
  }

  @Test
  void releasedDirectoryIsClosed() {
    adapter.directories().opendir(path("/dir"), fileInfo);

    assertThat(adapter.directories().releasedir(null, fileInfo)).isZero();

    assertThat(tree.openNow()).isZero();
    assertThat(adapter.directories().releasedir(null, fileInfo)).isEqualTo(ESTALE);
  }
}
