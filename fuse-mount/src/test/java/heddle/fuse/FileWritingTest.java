package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FileStat;

/** Writing through handles, as libfuse asks for it. */
final class FileWritingTest {
  private static final String PATH = "/dir/file";
  private static final int WRITE_ONLY = 1;
  private static final int READ_WRITE = 2;
  private static final int TRUNCATE = 01000;
  private static final int EIO = -5;
  private static final int EROFS = -30;
  private static final int ESTALE = -116;
  private static final int EDQUOT = -122;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final MemoryTree tree = new MemoryTree().directory("/dir").file(PATH, "0123456789");
  private final Pointer context = zeros(64);
  private final Pointer fileInfo = zeros(64);
  private final Pointer stat = zeros(256);
  private final FuseAdapter adapter = adapter(MountOptions.Access.READ_WRITE);

  private static Pointer zeros(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }

  private static Pointer text(String text) {
    return NativeStrings.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private FuseAdapter adapter(MountOptions.Access access) {
    return new FuseAdapter(
        tree, new Credentials(() -> context, MountIdentities.anonymous()), () -> 0, access);
  }

  private int open(FuseAdapter of, int flags) {
    fileInfo.setMemory(0, 64, (byte) 0);
    fileInfo.putInt(0, flags);
    assertThat(of.paths().getattr(text(PATH), stat)).isZero();
    return of.files().open(text(PATH), fileInfo);
  }

  private int write(String bytes, long offset) {
    return adapter.files().write(null, text(bytes), bytes.length(), offset, fileInfo);
  }

  private String read() {
    Pointer buffer = zeros(100);
    int length = adapter.files().read(null, buffer, 100, 0, fileInfo);
    assertThat(length).isNotNegative();
    byte[] bytes = new byte[length];
    buffer.get(0, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private long length() {
    stat.setMemory(0, 256, (byte) 0);
    assertThat(adapter.files().fgetattr(null, stat, fileInfo)).isZero();
    return FileStat.of(stat).st_size.longValue();
  }

  @BeforeEach
  void oneThreadAsks() {
    context.putInt(Structs.Context.THREAD, 4711);
  }

  @Test
  void nothingIsWrittenToAMountThatEndsButMappedMemory() {
    assertThat(open(adapter, READ_WRITE)).isZero();
    adapter.end();
    assertThat(write("ab", 0)).isEqualTo(EIO);
    assertThat(adapter.files().ftruncate(null, 0, fileInfo)).isEqualTo(EIO);
    assertThat(adapter.files().truncate(text(PATH), 0)).isEqualTo(EIO);
    fileInfo.putInt(16, 1);
    assertThat(write("ab", 0)).isEqualTo(2);
    assertThat(read()).isEqualTo("ab23456789");
  }

  @Test
  void aFileWithoutANameIsNotStoredWhenItIsClosed() throws Exception {
    tree.before(
        "flush",
        PATH,
        () -> {
          throw new AfsException.QuotaExceeded("for a test");
        });
    assertThat(open(adapter, READ_WRITE)).isZero();
    assertThat(write("ab", 0)).isEqualTo(2);
    assertThat(adapter.files().flush(null, fileInfo)).isEqualTo(EDQUOT);
    assertThat(adapter.names().rename(text(PATH), text("/dir/.fuse_hidden1"))).isZero();
    assertThat(adapter.files().flush(null, fileInfo)).isZero();
    assertThat(read()).startsWith("ab");
    assertThat(adapter.files().release(null, fileInfo)).isZero();
  }

  @Test
  void writesAndTruncatesThroughTheHandle() {
    assertThat(open(adapter, READ_WRITE)).isZero();
    assertThat(write("abc", 8)).isEqualTo(3);
    assertThat(read()).isEqualTo("01234567abc");
    assertThat(length()).isEqualTo(11);
    assertThat(adapter.files().ftruncate(null, 4, fileInfo)).isZero();
    assertThat(read()).isEqualTo("0123");
    assertThat(adapter.files().truncate(text(PATH), 2)).isZero();
    assertThat(read()).isEqualTo("01");
  }

  private int mode(String path) throws AfsException {
    return tree.stat(Caller.anonymous(), AfsPath.of(path), FinalLink.KEEP).mode();
  }

  @Test
  void theFileThatIsCutOffIsTheOneThatLosesItsSetIdBits() throws Exception {
    String other = "/dir/other";
    String away = "/dir/away";
    tree.file(other, "9876543210");
    tree.mode(PATH, 04755);
    tree.mode(other, 04755);
    tree.before(
        "open",
        PATH,
        () -> { // another client is faster
          tree.rename(Caller.anonymous(), AfsPath.of(PATH), AfsPath.of(away));
          tree.rename(Caller.anonymous(), AfsPath.of(other), AfsPath.of(PATH));
        });
    CurrentRequest.ofThread().begin(4, () -> {});
    try {
      assertThat(adapter.files().truncate(text(PATH), 2)).isZero();
    } finally {
      CurrentRequest.ofThread().begin(1, null);
    }
    assertThat(tree.content(PATH)).isEqualTo("98");
    assertThat(mode(PATH)).isEqualTo(0755);
    assertThat(tree.content(away)).isEqualTo("0123456789");
    assertThat(mode(away)).isEqualTo(04755);
  }

  @Test
  void whatBecomesOfACutOffFileIsToldAtOnce() {
    tree.before(
        "flush",
        PATH,
        () -> {
          throw new AfsException.QuotaExceeded("for a test");
        });
    assertThat(adapter.files().truncate(text(PATH), 2)).isEqualTo(EDQUOT);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void anOpenThatTruncatesDoesSoOnceItSucceeds() {
    fileInfo.putInt(0, READ_WRITE | TRUNCATE);
    assertThat(adapter.files().open(text(PATH), fileInfo))
        .as("of a file that the kernel was not told of")
        .isEqualTo(ESTALE);
    assertThat(tree.content(PATH)).isEqualTo("0123456789");

    assertThat(open(adapter, WRITE_ONLY | TRUNCATE)).isZero();
    assertThat(tree.content(PATH)).isEmpty();
  }

  @Test
  void anOpenThatTruncatesKeepsNoPages() {
    assertThat(open(adapter, READ_WRITE)).isZero();
    assertThat(open(adapter, READ_WRITE)).isZero();
    assertThat(fileInfo.getInt(20)).as("keep_cache").isEqualTo(2);
    assertThat(open(adapter, READ_WRITE | TRUNCATE)).isZero();
    assertThat(fileInfo.getInt(20)).isZero();
  }

  @Test
  void anotherNameOfAFileIsLookedUpAgainOnceTheFileIsWritten() {
    String twin = "/dir/twin";
    assertThat(adapter.names().link(text(PATH), text(twin))).isZero();
    Runnable[] writes = {
      () -> assertThat(write("new", 0)).isEqualTo(3),
      () -> assertThat(adapter.files().ftruncate(null, 5, fileInfo)).isZero(),
      () -> assertThat(adapter.files().truncate(text(PATH), 4)).isZero(),
      () -> assertThat(open(adapter, READ_WRITE | TRUNCATE)).isZero()
    };
    for (Runnable each : writes) {
      Pointer other = zeros(64);
      assertThat(adapter.paths().getattr(text(twin), stat)).isZero();
      assertThat(adapter.files().open(text(twin), other)).isZero();
      assertThat(adapter.files().release(null, other)).isZero();
      assertThat(open(adapter, READ_WRITE)).isZero();
      each.run();
      assertThat(adapter.files().open(text(twin), other)).isEqualTo(ESTALE);
      assertThat(adapter.paths().getattr(text(twin), stat)).isZero();
      assertThat(adapter.files().open(text(twin), other)).isZero();
      assertThat(other.getInt(20)).as("direct_io: no pages of either name").isEqualTo(1);
      assertThat(adapter.files().release(null, other)).isZero();
    }
  }

  @Test
  void aReadOnlyMountOpensNothingForWriting() {
    assertThat(open(adapter(MountOptions.Access.READ_ONLY), READ_WRITE)).isEqualTo(EROFS);
    assertThat(open(adapter(MountOptions.Access.READ_ONLY), WRITE_ONLY)).isEqualTo(EROFS);
  }

  @Test
  void whatAFlushReportsTheCloseReports() {
    assertThat(open(adapter, READ_WRITE)).isZero();
    assertThat(adapter.files().flush(null, fileInfo)).isZero();
    assertThat(adapter.files().fsync(null, 0, fileInfo)).isZero();
    MemoryTree.Hook full =
        () -> {
          throw new AfsException.QuotaExceeded("for a test");
        };
    tree.before("flush", PATH, full);
    tree.before("sync", PATH, full);
    tree.before("write", PATH, full);
    assertThat(adapter.files().flush(null, fileInfo)).isEqualTo(EDQUOT);
    assertThat(adapter.files().fsync(null, 1, fileInfo)).isEqualTo(EDQUOT);
    assertThat(write("x", 0)).isEqualTo(EDQUOT);
  }
}
