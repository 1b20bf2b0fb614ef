package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.ClientFixture.Named;
import heddle.afs.auth.Caller;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.testkit.Eventually;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process has read, the next one reads from disk; and nothing that is not so any more. */
class DiskCachingTest {
  private static final String FILE = "/example.org/f";

  @TempDir private Path directory;
  private final ClientFixture afs = new ClientFixture();
  private FakeVolume volume;

  @BeforeEach
  void makeVolume() {
    volume = afs.cell.volume("root.cell", afs.fs1).file("f", "one").file("g", "gee").writable();
    restart();
  }

  @AfterEach
  void close() {
    afs.close();
  }

  /** The client ends, and another one begins with what is on disk. */
  private void restart() {
    afs.config(config -> config.withDiskCache(directory, 1 << 20));
    afs.client();
    afs.cell.forgetCalls();
  }

  /** Returns when so many files are on disk. */
  private void awaitFiles(int count) {
    Eventually.until(
        () -> afs.client().statistics().diskBytes() == count * 4096L, afs.client()::statistics);
  }

  private long fetches() {
    return afs.cell.calls("FetchData64") - 1; // the directory, always
  }

  @Test
  void whatOneProcessHasReadTheNextOneReadsFromDisk() throws Exception {
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(fetches()).isEqualTo(1);
    awaitFiles(1);

    restart();

    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(fetches()).isZero();
    assertThat(afs.client().statistics().diskHits()).isEqualTo(1);
    assertThat(afs.client().statistics().diskMaxBytes()).isEqualTo(1 << 20);
  }

  @Test
  void whatWasWrittenIsReadFromDiskByTheNextProcess() throws Exception {
    try (AfsFile file =
        afs.client()
            .openForWriting(
                ClientFixture.ANONYMOUS, AfsPath.of(FILE), AfsClient.FinalLink.FOLLOW)) {
      file.write(ByteBuffer.wrap(new byte[] {'1', '2', '3', '4'}), 0);
      file.flush();
    }
    awaitFiles(1);

    restart();

    assertThat(afs.read(FILE)).isEqualTo("1234");
    assertThat(fetches()).isZero();
  }

  @Test
  void whatHasChangedMeanwhileComesFromTheServer() throws Exception {
    afs.read(FILE);
    afs.read("/example.org/g");
    awaitFiles(2);
    afs.close();
    volume.write("f", "two");

    restart();

    assertThat(afs.read(FILE)).isEqualTo("two");
    assertThat(afs.read("/example.org/g")).isEqualTo("gee");
    assertThat(fetches()).isEqualTo(1);
  }

  @Test
  void whatChangesWhileItIsReadFromDiskIsSeenByTheNextRead() throws Exception {
    afs.read(FILE);
    awaitFiles(1);
    restart();
    assertThat(afs.read(FILE)).isEqualTo("one");

    volume.write("f", "two");

    assertThat(afs.read(FILE)).isEqualTo("two");
  }

  @Test
  void aVolumeThatWasRestoredMeanwhileHasOtherDataUnderTheSameVersion() throws Exception {
    afs.read(FILE);
    awaitFiles(1);
    afs.close();
    volume.overwriteInPlace("f", "uno");
    volume.restore(Instant.ofEpochSecond(2_000));

    restart();

    assertThat(afs.read(FILE)).isEqualTo("uno");
  }

  /** And one that is restored while the client runs, read before by the process before. */
  @Test
  void aVolumeThatIsRestoredHasOtherDataUnderTheSameVersion() throws Exception {
    afs.read(FILE);
    awaitFiles(1);
    restart();
    assertThat(afs.read(FILE)).isEqualTo("one");

    volume.overwriteInPlace("f", "uno");
    volume.restore(Instant.ofEpochSecond(2_000));

    assertThat(afs.read(FILE)).isEqualTo("uno");
    afs.client().fs().flushAll();
    assertThat(afs.read(FILE)).isEqualTo("uno");
  }

  @Test
  void aReleaseKeepsWhatItDoesNotChange() throws Exception {
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.read("/example.org/g")).isEqualTo("gee");
    awaitFiles(2);
    afs.close();
    volume.write("g", "new");
    afs.cell.release(volume, afs.fs1);

    restart();

    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.read("/example.org/g")).isEqualTo("new");
    assertThat(fetches()).isEqualTo(1);
  }

  /** The versions of what was restored and then released were counted anew. */
  @Test
  void aReleaseOfARestoredVolumeHasOtherDataUnderTheSameVersion() throws Exception {
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("one");
    awaitFiles(1);
    volume.overwriteInPlace("f", "uno");
    volume.changedAt("f", Instant.ofEpochSecond(1_500_000_000));
    afs.cell.release(volume, afs.fs1);
    assertThat(afs.read(FILE)).isEqualTo("uno");

    restart();

    assertThat(afs.read(FILE)).isEqualTo("uno");
  }

  @Test
  void aFlushedFileComesFromTheServer() throws Exception {
    afs.read(FILE);
    awaitFiles(1);

    afs.client().fs().flush(ClientFixture.ANONYMOUS, AfsPath.of(FILE));

    awaitFiles(0);
    restart();
    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(fetches()).isEqualTo(1);
  }

  @Test
  void whoMayNotReadIsNotGivenWhatAnotherHasRead() throws Exception {
    Caller alice = new Named("alice");
    volume.setRights("", alice, AccessRights.READ | AccessRights.LOOKUP);
    volume.setRights("", ClientFixture.ANONYMOUS, AccessRights.LOOKUP);
    assertThat(afs.read(alice, FILE)).isEqualTo("one");
    awaitFiles(1);

    restart();

    assertThatThrownBy(() -> afs.read(FILE)).isInstanceOf(AfsException.PermissionDenied.class);
    assertThat(afs.client().statistics().diskHits()).isZero();
    assertThat(afs.read(alice, FILE)).isEqualTo("one");
    assertThat(afs.client().statistics().diskHits()).isEqualTo(1);
  }

  @Test
  void aDirectoryThatCannotBeUsedIsDoneWithout() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    afs.config(config -> config.withDiskCache(file, 1 << 20));

    assertThat(afs.read(FILE)).isEqualTo("one");
    assertThat(afs.client().statistics().diskMaxBytes()).isZero();
  }

  /** Two mounts of one user have one directory between them. */
  @Test
  void aSecondClientDoesWithoutTheDirectory() throws Exception {
    afs.read(FILE);
    try (AfsClient second = afs.otherClient()) {
      assertThat(second.statistics().diskMaxBytes()).isZero();
    }
    assertThat(afs.client().statistics().diskMaxBytes()).isPositive();
  }
}
