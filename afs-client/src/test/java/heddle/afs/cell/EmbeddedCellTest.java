package heddle.afs.cell;

import static heddle.afs.cell.CellFixture.ANYBODY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.StatusUpdate;
import heddle.afs.VolumeStatus;
import heddle.afs.VolumeUpdate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our own client does with an embedded cell, over real calls. */
class EmbeddedCellTest {
  private CellFixture cell;

  @BeforeEach
  void start() throws IOException {
    cell = new CellFixture();
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    cell.write(cell.admin, "hello", "Hello, world");

    assertThat(cell.read(ANYBODY, "hello")).isEqualTo("Hello, world");
    assertThat(cell.list(ANYBODY, "")).containsExactly("hello");
    FileStatus status = cell.stat(ANYBODY, "hello");
    assertThat(status.length()).isEqualTo(12);
    assertThat(status.mode()).isEqualTo(0644);
  }

  @Test
  void anotherClientReadsTheSame() throws IOException {
    cell.write(cell.admin, "hello", "Hello");

    assertThat(cell.read(cell.cell.newClient(), ANYBODY, "hello")).isEqualTo("Hello");
  }

  @Test
  void aLargeFileComesBackWhole() throws IOException {
    byte[] data = new byte[3_000_001];
    new Random(7).nextBytes(data);
    try (AfsFile file = cell.client.create(cell.admin, cell.path("large"), 0644)) {
      file.write(ByteBuffer.wrap(data), 0);
      file.flush();
    }
    ByteBuffer read = ByteBuffer.allocate(data.length + 10);
    try (AfsFile file = cell.cell.newClient().open(ANYBODY, cell.path("large"), FinalLink.FOLLOW)) {
      assertThat(file.read(read, 0)).isEqualTo(data.length);
    }
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(data));
  }

  @Test
  void holesAndTailsAreZeros() throws IOException {
    try (AfsFile file = cell.client.create(cell.admin, cell.path("holes"), 0644)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 200_000);
      file.flush();
      file.truncate(200_001);
      file.flush();
      file.truncate(300_000);
      file.flush();
    }
    ByteBuffer read = ByteBuffer.allocate(300_010);
    try (AfsFile file = cell.cell.newClient().open(ANYBODY, cell.path("holes"), FinalLink.FOLLOW)) {
      assertThat(file.read(read, 0)).isEqualTo(300_000);
    }
    byte[] expected = new byte[300_000];
    expected[200_000] = 1;
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(expected));
  }

  /** Who they are there makes no difference; a zero stands for all hosts of a network. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.0"})
  void whoCallsFromAHostHasItsRights(String host) throws IOException {
    cell.write(cell.admin, "file", "for one host");
    cell.setRights("", "1\n0\nsystem:administrators\t127\n");
    assertThatExceptionOfType(AfsException.PermissionDenied.class)
        .isThrownBy(() -> cell.read(ANYBODY, "file"));

    cell.cell.addGroup("admin:hosts", host);
    cell.setRights("", "2\n0\nsystem:administrators\t127\nadmin:hosts\t9\n");

    assertThat(cell.read(ANYBODY, "file")).isEqualTo("for one host");
    assertThat(cell.read(cell.cell.caller("alice"), "file")).isEqualTo("for one host");
  }

  @Test
  void directoriesLinksAndRenames() throws IOException {
    cell.client.makeDirectory(cell.admin, cell.path("a"), 0755);
    cell.client.makeDirectory(cell.admin, cell.path("b"), 0755);
    cell.write(cell.admin, "a/file", "text");
    cell.client.link(cell.admin, cell.path("a/file"), cell.path("a/other"));
    assertThat(cell.stat(ANYBODY, "a/other").linkCount()).isEqualTo(2);
    assertThatExceptionOfType(AfsException.CrossDirectoryLink.class)
        .isThrownBy(
            () -> cell.client.rename(cell.admin, cell.path("a/other"), cell.path("b/other")));
    cell.client.remove(cell.admin, cell.path("a/other"));
    cell.client.rename(cell.admin, cell.path("a/file"), cell.path("b/moved"));
    cell.client.rename(cell.admin, cell.path("b"), cell.path("a/b"));

    assertThat(cell.read(ANYBODY, "a/b/moved")).isEqualTo("text");
    assertThat(cell.list(ANYBODY, "")).containsExactly("a");
    assertThat(cell.stat(ANYBODY, "a").linkCount()).isEqualTo(3);
    AfsClient other = cell.cell.newClient();
    assertThat(cell.read(other, ANYBODY, "a/b/../b/moved")).isEqualTo("text");
    assertThatExceptionOfType(AfsException.DirectoryNotEmpty.class)
        .isThrownBy(() -> cell.client.removeDirectory(cell.admin, cell.path("a")));
    cell.client.remove(cell.admin, cell.path("a/b/moved"));
    cell.client.removeDirectory(cell.admin, cell.path("a/b"));
    cell.client.removeDirectory(cell.admin, cell.path("a"));
    assertThat(cell.list(other, ANYBODY, "")).isEmpty();
  }

  @Test
  void aDirectoryIsNotMovedBelowItself() throws IOException {
    cell.client.makeDirectory(cell.admin, cell.path("a"), 0755);
    cell.client.makeDirectory(cell.admin, cell.path("a/b"), 0755);
    assertThatExceptionOfType(AfsException.class)
        .isThrownBy(() -> cell.client.rename(cell.admin, cell.path("a"), cell.path("a/b/c")));
    assertThat(cell.list(ANYBODY, "a")).containsExactly("b");
  }

  @Test
  void symbolicLinksLeadOn() throws IOException {
    cell.write(cell.admin, "file", "text");
    cell.client.makeSymbolicLink(cell.admin, cell.path("link"), "file".getBytes(UTF_8));

    assertThat(cell.read(ANYBODY, "link")).isEqualTo("text");
    assertThat(cell.client.readLink(ANYBODY, cell.path("link"))).asString().isEqualTo("file");
    assertThat(cell.stat(ANYBODY, "link").type()).isEqualTo(FileType.SYMLINK);
  }

  @Test
  void aWriteIsSeenByWhoHasReadBefore() throws IOException {
    cell.write(cell.admin, "file", "old");
    AfsClient reader = cell.cell.newClient();
    for (int i = 0; i < 5; i++) {
      String text = "version " + i;
      cell.read(reader, ANYBODY, "file");
      cell.write(cell.admin, "file", text);
      assertThat(cell.read(reader, ANYBODY, "file")).isEqualTo(text);
    }
  }

  @Test
  void whatIsCachedUnderAPromiseIsNotAskedForAgain() throws IOException {
    cell.write(cell.admin, "file", "text");
    AfsClient reader = cell.cell.newClient();
    cell.read(reader, ANYBODY, "file");
    long before = fetches(reader);
    cell.read(reader, ANYBODY, "file");
    assertThat(fetches(reader)).isEqualTo(before);
  }

  private static long fetches(AfsClient client) {
    return client.statistics().calls().entrySet().stream()
        .filter(each -> each.getKey().startsWith("Fetch") || each.getKey().contains("Bulk"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Test
  void namesOfOthersAreSeen() throws IOException {
    AfsClient other = cell.cell.newClient();
    assertThat(cell.list(other, ANYBODY, "")).isEmpty();
    cell.write(cell.admin, "made", "");
    assertThat(cell.list(other, ANYBODY, "")).containsExactly("made");
    cell.client.rename(cell.admin, cell.path("made"), cell.path("moved"));
    assertThat(cell.list(other, ANYBODY, "")).containsExactly("moved");
    cell.client.remove(cell.admin, cell.path("moved"));
    assertThat(cell.list(other, ANYBODY, "")).isEmpty();
  }

  @Test
  void volumesAreMountedAndReleased() throws IOException {
    cell.volume("user.alice", "alice");
    cell.write(cell.admin, "alice/file", "first");
    cell.cell.release("user.alice");
    cell.cell.release("root.cell");
    AfsClient reader = cell.cell.newClient();
    assertThat(cell.read(reader, ANYBODY, "alice/file")).isEqualTo("first");
    assertThat(reader.isReadOnly(ANYBODY, cell.path("alice"))).isTrue();

    cell.client.fs().flushAll();
    AfsClient writer = cell.cell.newClient();
    try (AfsFile file =
        writer.openForWriting(
            cell.admin, AfsPath.of("/." + cell.cell.name() + "/alice/file"), FinalLink.FOLLOW)) {
      file.write(ByteBuffer.wrap("other".getBytes(UTF_8)), 0);
      file.flush();
    }
    assertThat(cell.read(reader, ANYBODY, "alice/file")).isEqualTo("first");
    cell.cell.release("user.alice");
    assertThat(cell.read(reader, ANYBODY, "alice/file")).isEqualTo("other");
  }

  @Test
  void statusIsSet() throws IOException {
    cell.write(cell.admin, "file", "text");
    cell.client.setStatus(
        cell.admin, cell.path("file"), FinalLink.KEEP, StatusUpdate.NOTHING.withMode(0600));
    assertThat(cell.stat(ANYBODY, "file").mode()).isEqualTo(0600);
  }

  @Test
  void anybodyMayReadAndNothingElse() throws IOException {
    cell.write(cell.admin, "file", "text");
    assertThatExceptionOfType(AfsException.PermissionDenied.class)
        .isThrownBy(() -> cell.client.create(ANYBODY, cell.path("mine"), 0644));
    assertThatExceptionOfType(AfsException.PermissionDenied.class)
        .isThrownBy(() -> cell.client.remove(ANYBODY, cell.path("file")));
  }

  @Test
  void aUserOfTheServersNameIsNoServer() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> cell.cell.caller("afs"));
  }

  @Test
  void accessListsDecide() throws IOException {
    cell.cell.addGroup("staff:writers", "alice");
    cell.cell.addUser("bob");
    cell.client.makeDirectory(cell.admin, cell.path("shared"), 0755);
    cell.setRights("shared", "2\n1\nsystem:administrators 127\nstaff:writers 127\nbob 127\n");
    var alice = cell.cell.caller("alice");
    var bob = cell.cell.caller("bob");

    cell.write(alice, "shared/file", "by alice");
    assertThat(cell.read(alice, "shared/file")).isEqualTo("by alice");
    assertThatExceptionOfType(AfsException.PermissionDenied.class)
        .isThrownBy(() -> cell.read(bob, "shared/file"));
    assertThatExceptionOfType(AfsException.PermissionDenied.class)
        .isThrownBy(() -> cell.read(ANYBODY, "shared/file"));
    assertThat(cell.client.accessList(cell.admin, cell.path("shared")))
        .asString(UTF_8)
        .contains("staff:writers\t127\n")
        .contains("bob\t127\n");
    cell.setRights("shared", "1\n0\nsystem:anyuser 9\n");
    assertThat(cell.read(bob, "shared/file")).isEqualTo("by alice");
  }

  @Test
  void aListWithStrangersIsRefused() {
    assertThatExceptionOfType(AfsException.InvalidArgument.class)
        .isThrownBy(() -> cell.setRights("", "1\n0\nnobody-we-know 9\n"));
  }

  @Test
  void quotaIsKept() throws IOException {
    cell.volume("small", "small");
    cell.client
        .fs()
        .setVolumeStatus(cell.admin, cell.path("small"), VolumeUpdate.NOTHING.withQuota(100));
    assertThat(cell.client.volumeStatus(cell.admin, cell.path("small")))
        .extracting(VolumeStatus::quota)
        .isEqualTo(100L);
    assertThatExceptionOfType(AfsException.QuotaExceeded.class)
        .isThrownBy(() -> cell.write(cell.admin, "small/file", "x".repeat(200_000)));
    cell.write(cell.admin, "small/little", "x".repeat(20_000));
  }

  @Test
  void locksExcludeOtherClients() throws IOException {
    cell.write(cell.admin, "file", "text");
    LockRequest wanted =
        new LockRequest(LockOwner.ofRanges(1), LockRange.WHOLE, LockMode.EXCLUSIVE, 0);
    try (AfsFile mine =
            cell.client.openForWriting(cell.admin, cell.path("file"), FinalLink.FOLLOW);
        AfsFile theirs =
            cell.cell.newClient().openForWriting(cell.admin, cell.path("file"), FinalLink.FOLLOW)) {
      mine.locks().tryLock(wanted);
      assertThatExceptionOfType(AfsException.LockHeld.class)
          .isThrownBy(() -> theirs.locks().tryLock(wanted));
      mine.locks().unlock(wanted.owner(), LockRange.WHOLE);
      theirs.locks().tryLock(wanted);
    }
  }

  @Test
  void manyCellsRunAtOnce() throws IOException {
    try (CellFixture other = new CellFixture(CellConfig.DEFAULT.withName("other.test"))) {
      other.write(other.admin, "file", "there");
      cell.write(cell.admin, "file", "here");
      assertThat(other.read(ANYBODY, "file")).isEqualTo("there");
      assertThat(cell.read(ANYBODY, "file")).isEqualTo("here");
      assertThat(other.cell.address()).isNotEqualTo(cell.cell.address());
    }
  }

  @Test
  void aRemovedVolumeIsGone() throws IOException {
    cell.volume("gone", "gone");
    cell.write(cell.admin, "gone/file", "text");
    cell.cell.removeVolume("gone");
    assertThatExceptionOfType(AfsException.class)
        .isThrownBy(() -> cell.list(cell.cell.newClient(), ANYBODY, "gone"));
  }
}
