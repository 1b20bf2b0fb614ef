package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.testkit.Eventually;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File data and listings: right bytes, few calls. */
class ReadingTest {
  private static final int MEGABYTE = 1 << 20;

  private final ClientFixture afs = new ClientFixture();
  private final byte[] big = new byte[5 * MEGABYTE + 12_345];
  private FakeVolume volume;

  @BeforeEach
  void makeVolume() {
    new SplittableRandom(1).nextBytes(big);
    volume = afs.cell.volume("root.cell", afs.fs1).file("big", big).file("empty", "");
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private AfsFile open(String path) throws AfsException {
    return afs.client().open(ClientFixture.ANONYMOUS, AfsPath.of(path), FinalLink.FOLLOW);
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 131_072, 1_000_003, 6 * MEGABYTE})
  void readsFromFrontToBackInPieces(int pieceBytes) throws Exception {
    ByteBuffer all = ByteBuffer.allocate(big.length + 1);
    try (AfsFile file = open("/example.org/big")) {
      int count = 1;
      while (count > 0) {
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(pieceBytes, all.remaining()));
        count = file.read(piece, all.position());
        assertThat(piece.position()).isEqualTo(count);
        all.put(piece.flip());
      }
    }
    assertThat(Arrays.copyOf(all.array(), all.position())).isEqualTo(big);
    assertThat(afs.cell.calls("FetchData64")).isEqualTo(7); // six chunks and the directory
  }

  @Test
  void readsAnywhere() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    try (AfsFile file = open("/example.org/big")) {
      for (int i = 0; i < 200; i++) {
        int offset = random.nextInt(big.length);
        ByteBuffer piece = ByteBuffer.allocate(1 + random.nextInt(2 * MEGABYTE));
        int count = file.read(piece, offset);
        assertThat(count).isEqualTo(Math.min(piece.capacity(), big.length - offset));
        assertThat(Arrays.copyOf(piece.array(), count))
            .isEqualTo(Arrays.copyOfRange(big, offset, offset + count));
      }
    }
    assertThat(afs.cell.calls("FetchData64")).isEqualTo(7);
  }

  @Test
  void thereIsNothingBeyondTheEnd() throws Exception {
    try (AfsFile file = open("/example.org/big");
        AfsFile empty = open("/example.org/empty")) {
      assertThat(file.read(ByteBuffer.allocate(10), big.length)).isZero();
      assertThat(file.read(ByteBuffer.allocate(10), Long.MAX_VALUE - 5)).isZero();
      assertThat(file.read(ByteBuffer.allocate(10), big.length - 3)).isEqualTo(3);
      assertThat(file.read(ByteBuffer.allocate(0), 0)).isZero();
      assertThat(empty.read(ByteBuffer.allocate(10), 0)).isZero();
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(10), -1))
          .isInstanceOf(AfsException.InvalidArgument.class);
    }
  }

  @Test
  void manyReadersOfOneFileCostNoMoreThanOne() throws Exception {
    afs.stat("/example.org/big");
    afs.cell.forgetCalls();
    List<FutureTask<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      FutureTask<byte[]> reader =
          new FutureTask<>(
              () -> {
                ByteBuffer all = ByteBuffer.allocate(big.length);
                try (AfsFile file = open("/example.org/big")) {
                  file.read(all, 0);
                }
                return all.array();
              });
      readers.add(reader);
      Thread.ofVirtual().start(reader);
    }
    for (FutureTask<byte[]> reader : readers) {
      assertThat(reader.get()).isEqualTo(big);
    }
    assertThat(afs.cell.calls("FetchData64")).isEqualTo(6);
  }

  @Test
  void manyWhoWantOneStatusCostOneCall() throws Exception {
    afs.follow("/example.org");
    afs.list("/example.org");
    try (AfsFile file = open("/example.org/big")) {
      volume.write("big", "short");
      afs.cell.forgetCalls();
      CountDownLatch arrived = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      afs.cell.onArrival(
          (operation, argument) -> {
            arrived.countDown();
            awaitQuietly(go);
          });
      List<FutureTask<Long>> callers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        FutureTask<Long> caller = new FutureTask<>(() -> file.status().length());
        callers.add(caller);
        Thread.ofVirtual().start(caller);
      }
      arrived.await();
      go.countDown();
      for (FutureTask<Long> caller : callers) {
        assertThat(caller.get()).isEqualTo(5);
      }
      assertThat(afs.cell.calls("FetchStatus")).isEqualTo(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anInterruptedReaderFailsAloneAndKeepsItsFlag() throws Exception {
    try (AfsFile file = open("/example.org/big")) {
      volume.write("big", "short");
      CountDownLatch arrived = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      AtomicInteger flags = new AtomicInteger();
      afs.cell.onArrival(
          (operation, argument) -> {
            arrived.countDown();
            awaitQuietly(go);
          });
      FutureTask<Long> patient = new FutureTask<>(() -> file.status().length());
      Thread.ofVirtual().start(patient);
      arrived.await();
      FutureTask<Long> impatient =
          new FutureTask<>(
              () -> {
                try {
                  return file.status().length();
                } finally {
                  flags.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                }
              });
      Thread.ofVirtual().start(impatient).interrupt();
      assertThatThrownBy(impatient::get).hasCauseInstanceOf(AfsException.Interrupted.class);
      assertThat(flags).hasValue(1);
      go.countDown();
      assertThat(patient.get()).isEqualTo(5);
    }
  }

  @Test
  void statusesOfADirectoryComeInBulk() throws Exception {
    volume.dir("d");
    for (int i = 0; i < 1000; i++) {
      volume.file("d/file" + i, "x".repeat(i % 7));
    }
    afs.stat("/example.org/d");
    afs.cell.forgetCalls();
    try (AfsDirectory directory =
        afs.client().openDirectory(ClientFixture.ANONYMOUS, AfsPath.of("/example.org/d"))) {
      for (DirectoryEntry entry : directory.entries()) {
        int number = Integer.parseInt(entry.nameText().substring(4));
        assertThat(directory.status(entry).length()).isEqualTo(number % 7);
      }
      assertThat(directory.entries()).hasSize(1000);
    }
    assertThat(afs.cell.calls("InlineBulkStatus")).isBetween(20L, 22L);
    assertThat(afs.cell.calls("FetchStatus")).isZero();
    assertThat(afs.cell.calls("FetchData64")).isEqualTo(1);
  }

  @Test
  void listingByPathCostsNoMore() throws Exception {
    volume.dir("d");
    for (int i = 0; i < 500; i++) {
      volume.file("d/file" + i, "x".repeat(i % 7));
    }
    List<String> names = afs.list("/example.org/d");
    afs.cell.forgetCalls();
    for (String name : names) {
      assertThat(afs.stat("/example.org/d/" + name).type()).isEqualTo(FileType.FILE);
    }
    assertThat(afs.cell.calls("InlineBulkStatus")).isBetween(10L, 12L);
    assertThat(afs.cell.calls("FetchStatus")).isZero();
  }

  @Test
  void whoeverLooksAtOneFileFetchesOneStatus() throws Exception {
    volume.dir("d");
    for (int i = 0; i < 100; i++) {
      volume.file("d/file" + i, "");
    }
    afs.stat("/example.org/d");
    afs.cell.forgetCalls();
    afs.stat("/example.org/d/file77");
    assertThat(afs.cell.calls("FetchStatus")).isEqualTo(1);
    assertThat(afs.cell.calls("InlineBulkStatus")).isZero();
  }

  @Test
  void anEntryThatBulkCannotTellIsAskedForAlone() throws Exception {
    volume.dir("d").file("d/a", "a").file("d/b", "b");
    List<String> names = afs.list("/example.org/d");
    assertThat(names).hasSize(2);
    volume.loseVnode("d/b"); // the directory still names it: the server was salvaged badly
    assertThat(afs.stat("/example.org/d/a").length()).isEqualTo(1);
    assertThatThrownBy(() -> afs.stat("/example.org/d/b"))
        .isInstanceOf(AfsException.NoSuchFile.class);
  }

  private void makeSmallFiles(int count) {
    volume.dir("small");
    for (int i = 0; i < count; i++) {
      volume.file("small/" + i, "content " + i);
    }
  }

  /** Returns how many times data were fetched, a directory's among them. */
  private int fetches() {
    return (int) afs.cell.calls("FetchData64");
  }

  @Test
  void smallFilesThatFollowAreFetchedOnceSomeWereReadInOrder() throws Exception {
    makeSmallFiles(100);
    for (int i = 0; i < 3; i++) {
      afs.read("/example.org/small/" + i);
    }
    int directories = 2;
    Eventually.until(() -> fetches() == directories + 3 + 2, this::fetches);
    for (int i = 0; i < 100; i++) {
      assertThat(afs.read("/example.org/small/" + i)).isEqualTo("content " + i);
    }
    assertThat(fetches()).isEqualTo(directories + 100); // each once
  }

  @Test
  void filesReadInNoOrderLeaveOthersAlone() throws Exception {
    makeSmallFiles(100);
    for (int i = 99; i >= 0; i -= 9) {
      afs.read("/example.org/small/" + i);
    }
    assertThat(fetches()).isEqualTo(2 + 12);
  }

  @Test
  void largeFilesAreNotFetchedForWhoReadsSmallOnes() throws Exception {
    makeSmallFiles(3);
    volume.file("small/large", new byte[MEGABYTE]).file("small/last", "not large");
    for (int i = 0; i < 3; i++) {
      afs.read("/example.org/small/" + i);
    }
    Eventually.until(() -> fetches() == 2 + 3 + 1, this::fetches);
    assertThat(afs.read("/example.org/small/last")).isEqualTo("not large");
    assertThat(fetches()).isEqualTo(2 + 3 + 1);
  }
}
