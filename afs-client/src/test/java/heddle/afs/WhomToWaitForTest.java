package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.location.Volume;
import heddle.afs.testkit.FakeVolume;
import heddle.afs.testkit.Waiter;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.thread.WaitingThread;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who waits for what another thread fetches or stores waits for the servers that it does, and for
 * nobody afterwards, though it asks no server itself.
 */
class WhomToWaitForTest {
  private static final int MEGABYTE = 1 << 20;

  private final ClientFixture afs = new ClientFixture();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private FakeVolume volume;

  @BeforeEach
  void makeVolume() {
    volume = afs.cell.volume("root.cell", afs.fs1).file("file", "0123456789").dir("d").writable();
    for (int i = 0; i < 3; i++) {
      volume.file("d/" + i, "");
    }
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private AfsFile open() throws AfsException {
    return afs.client()
        .openForWriting(ClientFixture.ANONYMOUS, AfsPath.of("/example.org/file"), FinalLink.FOLLOW);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The first call of that name does not return before {@link #go}. */
  private void holdFirst(String operation) {
    AtomicBoolean held = new AtomicBoolean();
    afs.cell.onArrival(
        (name, argument) -> {
          if (name.equals(operation) && held.compareAndSet(false, true)) {
            arrived.countDown();
            await(go);
          }
        });
  }

  private void assertSecondWaitsForTheVolumeOnly(Callable<?> first, Callable<?> second)
      throws Exception {
    FutureTask<?> task = new FutureTask<>(first);
    Thread.ofVirtual().start(task);
    await(arrived);
    Waiter waiter = Waiter.start(second);
    Eventually.until(() -> waiter.waitedFor() != null, waiter::peers);
    go.countDown();
    task.get();
    waiter.await();
    assertThat(waiter.waitedFor()).isInstanceOf(Volume.class);
    assertThat(waiter.peer()).as("afterwards").isSameAs(WaitingThread.Peer.NONE);
  }

  @Test
  void forTheStatusThatAnotherFetches() throws Exception {
    try (AfsFile file = open()) {
      volume.write("file", "short");
      holdFirst("FetchStatus");
      assertSecondWaitsForTheVolumeOnly(file::status, file::status);
    }
  }

  @Test
  void forStatusesThatAnotherFetchesInBulk() throws Exception {
    var names = afs.list("/example.org/d");
    afs.cell.forgetCalls();
    holdFirst("InlineBulkStatus");
    assertSecondWaitsForTheVolumeOnly(
        () -> afs.stat("/example.org/d/" + names.get(0)),
        () -> afs.stat("/example.org/d/" + names.get(1)));
    assertThat(afs.cell.calls()).containsExactly("InlineBulkStatus");
  }

  @Test
  void forDataThatAnotherFetches() throws Exception {
    try (AfsFile file = open()) {
      holdFirst("FetchData64");
      assertSecondWaitsForTheVolumeOnly(
          () -> ClientFixture.read(file), () -> ClientFixture.read(file));
    }
  }

  @Test
  void forDataThatAnotherStores() throws Exception {
    try (AfsFile file = open()) {
      file.write(ByteBuffer.allocate(10), 0);
      holdFirst("StoreData64");
      Callable<Void> flush =
          () -> {
            file.flush();
            return null;
          };
      assertSecondWaitsForTheVolumeOnly(flush, flush);
    }
  }

  @Test
  void forMemoryThatIsFreeOnceOthersAreStored() throws Exception {
    volume.setQuota(0); // none
    afs.config(config -> config.withDirtyBytes(MEGABYTE));
    try (AfsFile file = open()) {
      file.write(ByteBuffer.allocate(MEGABYTE / 2), 0);
      holdFirst("StoreData64");
      assertSecondWaitsForTheVolumeOnly(
          () -> {
            file.flush();
            return null;
          },
          () -> {
            file.write(ByteBuffer.allocate(MEGABYTE / 2), 0);
            return null;
          });
    }
  }
}
