package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.testkit.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks of files, as two clients of one cell have them. */
class FileLocksTest {
  private static final AfsPath PATH = AfsPath.of("/example.org/file");
  private static final LockOwner ALICE = LockOwner.ofRanges(1);
  private static final LockOwner BOB = LockOwner.ofRanges(2);
  private static final LockOwner CAROL = LockOwner.ofWholeFiles(3);

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume volume;
  private AfsClient other;

  @BeforeEach
  void makeVolume() {
    volume = afs.cell.volume("root.cell", afs.fs1).file("file", "0123456789").writable();
    afs.client();
    other = afs.otherClient();
  }

  @AfterEach
  void close() {
    other.close();
    afs.close();
  }

  private static AfsFile open(AfsClient client) throws AfsException {
    return client.openForWriting(ClientFixture.ANONYMOUS, PATH, FinalLink.FOLLOW);
  }

  private static LockRequest exclusive(LockOwner owner) {
    return new LockRequest(owner, LockRange.WHOLE, LockMode.EXCLUSIVE, 0);
  }

  private static void write(AfsFile file, long offset, String text) throws AfsException {
    file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), offset);
  }

  private String stored() {
    return new String(volume.bytes("file"), UTF_8);
  }

  @Test
  void whatOneHasTheOtherDoesNotGet() throws Exception {
    try (AfsFile mine = open(afs.client());
        AfsFile its = open(other)) {
      mine.locks().tryLock(exclusive(ALICE));
      assertThat(volume.lockCount("file")).isEqualTo(-1);
      assertThatThrownBy(() -> its.locks().tryLock(exclusive(ALICE)))
          .isInstanceOf(AfsException.LockHeld.class);
      mine.locks().unlock(ALICE, LockRange.WHOLE);
      its.locks().tryLock(exclusive(ALICE));
    }
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void whoWaitsIsWokenByTheServerWhenTheLockIsReleased() throws Exception {
    try (AfsFile mine = open(afs.client());
        AfsFile its = open(other)) {
      mine.locks().tryLock(exclusive(CAROL));
      CompletableFuture<Void> waiting = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  its.locks().lock(exclusive(CAROL));
                  waiting.complete(null);
                } catch (AfsException e) {
                  waiting.completeExceptionally(e);
                }
              });
      Eventually.until(() -> afs.cell.calls("SetLock") == 2, () -> afs.cell.calls());
      mine.locks().unlock(CAROL, LockRange.WHOLE);
      Eventually.until(
          () -> {
            other.lockRound(); // where the release came before the promise
            afs.clock.advance(Duration.ofMillis(100));
            return waiting.isDone();
          },
          () -> volume.lockCount("file"));
      waiting.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void underALockOneReadsWhatTheLastHolderHasLeft() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      assertThat(ClientFixture.read(mine)).isEqualTo("0123456789");
      afs.cell.connect(new SilentHandler()); // no break will be heard
      try (AfsFile its = open(other)) {
        its.locks().tryLock(exclusive(ALICE));
        write(its, 0, "abc");
        its.locks().unlock(ALICE, LockRange.WHOLE);
      }
      assertThat(ClientFixture.read(mine)).isEqualTo("0123456789");
      mine.locks().tryLock(exclusive(ALICE));
      assertThat(ClientFixture.read(mine)).isEqualTo("abc3456789");
    }
  }

  @Test
  void whatIsWrittenUnderALockIsStoredBeforeItIsReleased() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "abc");
      assertThat(stored()).isEqualTo("0123456789");
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("ReleaseLock")) {
              assertThat(stored()).isEqualTo("abc3456789");
            }
          });
      mine.locks().unlock(ALICE, LockRange.WHOLE);
    }
    assertThat(afs.cell.calls("ReleaseLock")).isOne();
  }

  @Test
  void closingReleases() throws Exception {
    AfsFile mine = open(afs.client());
    mine.locks().tryLock(exclusive(CAROL));
    mine.close();
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void theEndOfTheClientReleases() throws Exception {
    AfsFile mine = open(afs.client());
    mine.locks().tryLock(exclusive(CAROL));
    afs.close();
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void aRestartedServerHasNoLocksForUs() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "abc");
      afs.fs1.restart();
      assertThatThrownBy(() -> write(mine, 0, "def"))
          .isInstanceOf(AfsException.LockLost.class)
          .hasMessageContaining("restarted");
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.LockLost.class);
      assertThatThrownBy(() -> mine.truncate(0)).isInstanceOf(AfsException.LockLost.class);
      assertThatThrownBy(() -> mine.locks().tryLock(exclusive(ALICE)))
          .isInstanceOf(AfsException.LockLost.class);
      assertThat(ClientFixture.read(mine)).isEqualTo("0123456789");
      mine.locks().unlock(ALICE, LockRange.WHOLE);
    }
    assertThat(stored()).isEqualTo("0123456789");
    assertThat(afs.cell.calls("ReleaseLock")).isZero();
  }

  /** The server is started anew while it is called, and the call fails. */
  private void restartAtFirst(String call, AfsFile holder) {
    AtomicBoolean restarted = new AtomicBoolean();
    afs.cell.onArrival(
        (operation, argument) -> {
          if (operation.equals(call) && restarted.compareAndSet(false, true)) {
            afs.fs1.restart();
            afs.client().lockRound();
            Eventually.until(() -> canLockNoMore(holder), () -> afs.cell.calls());
            afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VBUSY)); // else it would be too late
          }
        });
  }

  private static boolean canLockNoMore(AfsFile file) {
    try {
      file.locks().tryLock(exclusive(ALICE));
      return false;
    } catch (AfsException.LockLost e) {
      return true;
    } catch (AfsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aStoreIsNotRepeatedWhenTheLockIsLost() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      restartAtFirst("StoreData64", mine);
      write(mine, 0, "abc");
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.LockLost.class);
    }
    assertThat(stored()).isEqualTo("0123456789");
    assertThat(afs.cell.calls("StoreData64")).isOne();
  }

  @Test
  void whatWaitsForMemoryWhenTheLockIsLostIsNotWritten() throws Exception {
    other.close();
    afs.config(config -> config.withDirtyBytes(1 << 20));
    other = afs.otherClient();
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      restartAtFirst("StoreData64", mine); // which makes room
      assertThatThrownBy(() -> mine.write(ByteBuffer.allocate(2 << 20), 0))
          .isInstanceOf(AfsException.LockLost.class);
    }
    assertThat(afs.client().storeAll(Duration.ofMinutes(1), left -> {})).isEmpty();
    assertThat(stored()).isEqualTo("0123456789");
    assertThat(afs.client().statistics().dirtyBytes()).isZero();
  }

  @Test
  void nothingIsStoredUnderALockThatIsOver() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "abc");
      afs.clock.advance(Duration.ofMinutes(6)); // and no round has found that out
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.LockLost.class);
    }
    assertThat(stored()).isEqualTo("0123456789");
    assertThat(afs.cell.calls("StoreData64")).isZero();
  }

  /** The lock is lost, another has it, and no round has found that out. */
  private void anotherWritesAfterARestart() throws AfsException {
    afs.fs1.restart();
    volume.forgetLocks("file");
    try (AfsFile its = open(other)) {
      its.locks().tryLock(exclusive(BOB));
      write(its, 0, "its");
      its.flush();
      its.locks().unlock(BOB, LockRange.WHOLE);
    }
  }

  @Test
  void nothingIsStoredUnderALockThatTheServerHasForgotten() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "mine");
      anotherWritesAfterARestart();
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.LockLost.class);
    }
    assertThat(stored()).isEqualTo("its3456789");
  }

  /** Does something when the next store arrives at its server, before it is served. */
  private void atTheNextStore(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    afs.cell.onArrival(
        (operation, argument) -> {
          if (operation.equals("StoreData64") && done.compareAndSet(false, true)) {
            action.run();
          }
        });
  }

  @Test
  void aStoreThatIsTheFirstCallToARestartedServerIsTakenBack() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "mine");
      atTheNextStore(
          () -> {
            try {
              anotherWritesAfterARestart();
            } catch (AfsException e) {
              throw new AssertionError(e);
            }
          });
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.class);
      assertThat(isLost(mine)).isTrue();
    }
    assertThat(stored()).isEqualTo("its3456789");
  }

  @Test
  void aStoreIsRepeatedIfTheLockStillStands() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "mine");
      atTheNextStore(afs.fs1::forgetPromises);
      mine.flush();
      assertThat(afs.cell.calls("StoreData64")).isEqualTo(2);
    }
    assertThat(stored()).isEqualTo("mine456789");
  }

  @Test
  void aStoreWithoutALockIsNotTakenBack() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      write(mine, 0, "mine");
      atTheNextStore(afs.fs1::restart);
      mine.flush();
      assertThat(afs.cell.calls("StoreData64")).isEqualTo(1);
    }
    assertThat(stored()).isEqualTo("mine456789");
  }

  @Test
  void nothingIsStoredBeforeTheReleaseOfALockThatTheServerHasForgotten() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "mine");
      anotherWritesAfterARestart();
      mine.locks().unlock(ALICE, LockRange.WHOLE);
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.LockLost.class);
    }
    assertThat(stored()).isEqualTo("its3456789");
    assertThat(afs.cell.calls("ReleaseLock")).as("its own").isOne();
  }

  @Test
  void theLockThatAnotherHasGotSinceIsNotReleased() throws Exception {
    try (AfsFile mine = open(afs.client());
        AfsFile its = open(other)) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.restart();
      volume.forgetLocks("file");
      its.locks().tryLock(exclusive(BOB));
      mine.locks().unlock(ALICE, LockRange.WHOLE);
      assertThat(volume.lockCount("file")).isEqualTo(-1);
    }
  }

  @Test
  void anOpenFileWithoutTheLockIsNotConcerned() throws Exception {
    try (AfsFile mine = open(afs.client());
        AfsFile without = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.restart();
      afs.client().lockRound();
      Eventually.until(() -> isLost(mine), () -> "it is lost");
      write(without, 0, "xyz");
      without.flush();
    }
    assertThat(stored()).isEqualTo("xyz3456789");
  }

  private static boolean isLost(AfsFile file) {
    try {
      write(file, 0, "");
      return false;
    } catch (AfsException.LockLost e) {
      return true;
    } catch (AfsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerThatHasOnlyForgottenItsPromisesStillHasTheLock() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.forgetPromises();
      write(mine, 0, "abc");
      mine.flush();
      write(mine, 0, "def");
    }
    assertThat(stored()).isEqualTo("def3456789");
    assertThat(afs.cell.calls("GetStatistics")).isEqualTo(2);
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void toAskWhetherALockStillStandsIsPartOfTheTimeOfAStore() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "abc");
      afs.fs1.forgetPromises();
      volume.file("new", "");
      afs.stat("/example.org/new"); // the server says that it has forgotten them
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("FetchStatus")) {
              afs.clock.advance(Duration.ofSeconds(20));
            } else if (operation.equals("GetStatistics")) {
              afs.fs1.setUp(false);
            }
          });
      long start = afs.clock.nanoTime();
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.ServersUnreachable.class);
      assertThat(afs.clock.since(start))
          .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)); // the whole time-out
      afs.cell.onArrival((operation, argument) -> {});
      afs.fs1.setUp(true);
      mine.flush();
    }
    assertThat(stored()).isEqualTo("abc3456789");
  }

  @Test
  void whoIsInterruptedWhileTheServerIsAskedWhenItWasStartedKeepsTheLock() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      write(mine, 0, "abc");
      afs.fs1.forgetPromises();
      AtomicBoolean interrupted = new AtomicBoolean();
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("GetStatistics") && interrupted.compareAndSet(false, true)) {
              afs.fs1.failNext(CallFailure.of(CallFailure.Kind.INTERRUPTED, "interrupted"));
            }
          });
      assertThatThrownBy(mine::flush).isInstanceOf(AfsException.Interrupted.class);
      assertThat(stored()).as("not while it is in doubt").isEqualTo("0123456789");
      assertThat(volume.lockCount("file")).isEqualTo(-1);
      mine.flush();
      write(mine, 0, "def");
    }
    assertThat(stored()).isEqualTo("def3456789");
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void aVolumeThatHasMovedHasNoLocks() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.remove(volume);
      afs.cell.moveTo(volume, afs.fs2);
      afs.clock.advance(Duration.ofMinutes(1));
      afs.client().lockRound();
      Eventually.until(() -> isLost(mine), () -> afs.cell.calls());
    }
    assertThat(afs.cell.calls("ReleaseLock")).isZero();
  }

  @Test
  void aLockIsExtendedAtItsServer() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.clock.advance(Duration.ofMinutes(1));
      afs.client().lockRound();
      Eventually.until(() -> afs.cell.calls("ExtendLock") == 1, () -> afs.cell.calls());
      write(mine, 0, "abc");
    }
  }

  @Test
  void aReleaseThatIsNotAnsweredIsNotRepeated() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.loseNextReply();
      mine.locks().unlock(ALICE, LockRange.WHOLE);
      afs.clock.advance(Duration.ofMinutes(1));
      afs.client().lockRound();
    }
    assertThat(afs.cell.calls("ReleaseLock")).isOne();
  }

  @Test
  void aReleaseThatTheServerPutsOffIsRepeated() throws Exception {
    try (AfsFile mine = open(afs.client())) {
      mine.locks().tryLock(exclusive(ALICE));
      afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VBUSY));
      mine.locks().unlock(ALICE, LockRange.WHOLE);
    }
    assertThat(afs.cell.calls("ReleaseLock")).isEqualTo(2);
    assertThat(volume.lockCount("file")).isZero();
  }

  @Test
  void theLockOfAnotherClientIsSeen() throws Exception {
    try (AfsFile mine = open(afs.client());
        AfsFile its = open(other)) {
      assertThat(mine.locks().conflict(exclusive(ALICE))).isEmpty();
      its.locks().tryLock(exclusive(ALICE));
      assertThat(mine.locks().conflict(exclusive(ALICE)))
          .contains(new LockRequest(LockOwner.ofRanges(0), LockRange.WHOLE, LockMode.EXCLUSIVE, 0));
    }
  }

  @Test
  void aReadOnlyReplicaIsLockedHereOnly() throws Exception {
    FakeVolume writable = afs.cell.volume("repl", afs.fs1).file("f", "text");
    afs.cell.release(writable, afs.fs1);
    volume.mount("repl", "#repl.readonly.");
    AfsPath path = AfsPath.of("/example.org/repl/f");
    try (AfsFile file = afs.client().open(ClientFixture.ANONYMOUS, path, FinalLink.FOLLOW)) {
      file.locks().tryLock(new LockRequest(CAROL, LockRange.WHOLE, LockMode.SHARED, 0));
      assertThatThrownBy(() -> file.locks().tryLock(exclusive(CAROL)))
          .isInstanceOf(AfsException.ReadOnlyVolume.class);
    }
    assertThat(afs.cell.calls("SetLock")).isZero();
  }
}
