package heddle.afs.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.LockScope;
import heddle.afs.auth.Caller;
import heddle.afs.location.Lifetime;
import heddle.afs.testkit.FakeClock;
import heddle.rxrpc.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Locks of two clients on one file, in virtual time. */
class LockTableTest {
  private static final Fid FILE = new Fid("example.org", 1, 2, 3);
  private static final LockOwner ALICE = LockOwner.ofRanges(1);
  private static final LockOwner BOB = LockOwner.ofRanges(2);
  private static final LockOwner CAROL = LockOwner.ofWholeFiles(3);
  private static final LockOwner DAVE = LockOwner.ofWholeFiles(4);

  private final FakeClock clock = new FakeClock();
  private final FakeLockServer.State state = new FakeLockServer.State(clock);
  private final Client here = new Client(LockScope.STRICT);
  private final Client there = new Client(LockScope.STRICT);

  private final class Client {
    final FakeLockServer server = new FakeLockServer(state);
    final LockTable table;

    Client(LockScope scope) {
      table = new LockTable(scope, new Lifetime(clock));
    }

    LockHandle open() {
      return table.open(new LockHandle.Subject(FILE, server, false), Caller::anonymous);
    }

    LockHandle openForWriting() {
      LockHandle handle = open();
      handle.opensForWriting();
      return handle;
    }
  }

  private static LockRequest shared(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.SHARED, 0);
  }

  private static LockRequest exclusive(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.EXCLUSIVE, 0);
  }

  private static LockRequest shared(LockOwner owner) {
    return shared(owner, 0, Long.MAX_VALUE);
  }

  private static LockRequest exclusive(LockOwner owner) {
    return exclusive(owner, 0, Long.MAX_VALUE);
  }

  /** Begins to wait for a lock. */
  private static CompletableFuture<Void> waiting(LockHandle handle, LockRequest request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                handle.lock(request);
                done.complete(null);
              } catch (AfsException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private static void assertGranted(CompletableFuture<Void> lock) throws Exception {
    lock.get(30, TimeUnit.SECONDS);
  }

  private static void assertFails(
      CompletableFuture<Void> lock, Class<? extends AfsException> failure) {
    assertThatThrownBy(() -> lock.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(failure);
  }

  private void awaitCalls(FakeLockServer server, String call, long count) {
    Eventually.until(() -> server.callsOf(call) >= count, () -> server.calls);
  }

  @Test
  void readersOfTwoClientsShareTheFileAndAWriterIsRefused() throws Exception {
    here.open().tryLock(shared(ALICE, 0, 9));
    there.open().tryLock(shared(ALICE, 0, 9));
    assertThat(state.count).isEqualTo(2);
    LockHandle writer = there.openForWriting();
    assertThatThrownBy(() -> writer.tryLock(exclusive(BOB, 20, 29)))
        .isInstanceOf(AfsException.LockHeld.class);
  }

  @Test
  void aFileThatCanBeWrittenTakesTheWriteLockFromItsFirstRange() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(shared(ALICE, 0, 9));
    assertThat(state.count).isEqualTo(-1);
    file.tryLock(exclusive(ALICE, 0, 9));
    file.tryLock(shared(ALICE, 100, 109));
    assertThat(here.server.calls).containsExactly("set WRITE");
    assertThatThrownBy(() -> there.open().tryLock(shared(ALICE, 50, 59)))
        .isInstanceOf(AfsException.LockHeld.class);
  }

  @Test
  void rangesAreExactWithinAClient() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    file.tryLock(exclusive(BOB, 10, 19));
    assertThatThrownBy(() -> file.tryLock(shared(BOB, 9, 9)))
        .isInstanceOf(AfsException.LockHeld.class);
    assertThat(file.conflict(shared(BOB, 9, 12))).contains(exclusive(ALICE, 0, 9));
    assertThat(here.server.calls).containsExactly("set WRITE");
  }

  @Test
  void theServerIsToldWhenTheLastLockIsReleasedAndWhatWasWrittenIsStored() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    file.tryLock(exclusive(BOB, 10, 19));
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(state.count).isEqualTo(-1);
    file.unlock(BOB, LockRange.WHOLE);
    assertThat(state.count).isZero();
    assertThat(here.server.calls).containsExactly("set WRITE", "store", "release");
  }

  @Test
  void wholeFilesAndRangesDoNotSeeEachOther() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE));
    file.tryLock(exclusive(CAROL));
    assertThatThrownBy(() -> file.tryLock(shared(DAVE))).isInstanceOf(AfsException.LockHeld.class);
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void whatIsLockedThroughOneOpenFileIsReleasedWhenItIsClosed() throws Exception {
    LockHandle one = here.openForWriting();
    LockHandle other = here.openForWriting();
    one.tryLock(exclusive(CAROL));
    one.tryLock(exclusive(ALICE, 0, 9));
    other.tryLock(exclusive(ALICE, 20, 29));
    one.close();
    assertThat(other.conflict(exclusive(DAVE))).isEmpty();
    assertThat(other.conflict(exclusive(BOB, 0, 9))).isPresent();
    other.close();
    assertThat(state.count).isZero();
  }

  @Test
  void whoWaitsForAnotherProcessGetsTheLockWhenItIsReleased() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    CompletableFuture<Void> lock = waiting(here.openForWriting(), exclusive(BOB, 5, 5));
    file.unlock(ALICE, LockRange.WHOLE);
    assertGranted(lock);
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void whoWaitsForAnotherClientGetsTheLockWhenAPromiseIsBroken() throws Exception {
    LockHandle file = there.open();
    file.tryLock(exclusive(CAROL));
    CompletableFuture<Void> lock = waiting(here.open(), exclusive(CAROL));
    awaitCalls(here.server, "watch", 1);
    file.unlock(CAROL, LockRange.WHOLE);
    here.table.changed(FILE);
    assertGranted(lock);
    assertThat(here.server.calls).containsExactly("set WRITE", "watch", "set WRITE");
  }

  @Test
  void whoWaitsForAnotherClientAsksNowAndThen() throws Exception {
    LockHandle file = there.open();
    file.tryLock(exclusive(CAROL));
    CompletableFuture<Void> lock = waiting(here.open(), exclusive(CAROL));
    CompletableFuture<Void> second = waiting(here.open(), exclusive(DAVE));
    awaitCalls(here.server, "watch", 1);
    here.table.round(); // too early
    clock.advance(Duration.ofMillis(1500));
    here.table.round();
    awaitCalls(here.server, "watch", 2);
    assertThat(here.server.callsOf("set WRITE")).isEqualTo(2);
    file.unlock(CAROL, LockRange.WHOLE);
    clock.advance(Duration.ofSeconds(5));
    here.table.round();
    CompletableFuture.anyOf(lock, second).get(30, TimeUnit.SECONDS);
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void aWaitCanBeInterruptedAndLeavesNothingAtTheServer() throws Exception {
    CountDownLatch gate = here.server.hold("set WRITE");
    LockHandle file = here.open();
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    file.lock(exclusive(CAROL));
                  } catch (AfsException.Interrupted e) {
                    interrupted.countDown();
                  } catch (AfsException e) {
                    throw new AssertionError(e);
                  }
                });
    awaitCalls(here.server, "set WRITE", 1);
    thread.interrupt();
    interrupted.await();
    gate.countDown();
    awaitCalls(here.server, "release", 1);
    Eventually.until(() -> state.count == 0, () -> state.count);
  }

  @Test
  void whoWouldWaitForHimselfIsTold() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 0));
    file.tryLock(exclusive(BOB, 1, 1));
    CompletableFuture<Void> alice = waiting(file, exclusive(ALICE, 1, 1));
    CompletableFuture<Void> bob = waiting(file, exclusive(BOB, 0, 0));
    CompletableFuture.anyOf(alice, bob).exceptionally(e -> null).get(30, TimeUnit.SECONDS);
    boolean aliceIsTold = alice.isCompletedExceptionally();
    assertFails(aliceIsTold ? alice : bob, AfsException.Deadlock.class);
    file.unlock(aliceIsTold ? ALICE : BOB, LockRange.WHOLE);
    assertGranted(aliceIsTold ? bob : alice);
  }

  @Test
  void twoThatShareAWholeFileAndWantItAloneGetItOneAfterTheOther() throws Exception {
    LockHandle one = here.open();
    LockHandle other = here.open();
    one.tryLock(shared(CAROL));
    other.tryLock(shared(DAVE));
    CompletableFuture<Void> carol = waiting(one, exclusive(CAROL));
    CompletableFuture<Void> dave = waiting(other, exclusive(DAVE));
    CompletableFuture.anyOf(carol, dave).get(30, TimeUnit.SECONDS);
    LockOwner first = carol.isDone() ? CAROL : DAVE;
    one.unlock(first, LockRange.WHOLE);
    assertGranted(carol);
    assertGranted(dave);
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void aSoleReaderBecomesAWriter() throws Exception {
    here.open().tryLock(shared(ALICE, 0, 9));
    assertThat(state.count).isEqualTo(1);
    LockHandle writing = here.openForWriting();
    writing.tryLock(exclusive(ALICE, 0, 9));
    assertThat(state.count).isEqualTo(-1);
    assertThat(here.server.calls)
        .containsExactly("set READ", "count", "store", "release", "set WRITE");
  }

  @Test
  void aReaderKeepsItsLockWhereAnotherClientReadsToo() throws Exception {
    there.open().tryLock(shared(ALICE, 0, 9));
    here.open().tryLock(shared(ALICE, 0, 9));
    LockHandle writing = here.openForWriting();
    assertThatThrownBy(() -> writing.tryLock(exclusive(ALICE, 0, 9)))
        .isInstanceOf(AfsException.LockHeld.class);
    assertThat(state.count).isEqualTo(2);
    assertThat(here.server.callsOf("release")).isZero();
  }

  @Test
  void aReaderThatLosesItsLockToAFasterClientIsTold() throws Exception {
    LockHandle reading = here.open();
    reading.tryLock(shared(ALICE, 0, 9));
    CountDownLatch gate = here.server.hold("set WRITE");
    CompletableFuture<Void> lock = waiting(here.openForWriting(), exclusive(ALICE, 0, 9));
    awaitCalls(here.server, "set WRITE", 1);
    there.openForWriting().tryLock(exclusive(ALICE, 0, 9));
    gate.countDown();
    Eventually.until(() -> isLost(reading), () -> here.server.calls);
    assertThat(lock).isNotDone();
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void whoWroteWhileAReaderGaveItsLockUpToBecomeAWriterRobsItOfBoth() throws Exception {
    LockHandle reading = here.open();
    reading.tryLock(shared(ALICE, 0, 9));
    CountDownLatch gate = here.server.hold("set WRITE");
    CompletableFuture<Void> lock = waiting(here.openForWriting(), exclusive(ALICE, 0, 9));
    awaitCalls(here.server, "set WRITE", 1);
    LockHandle other = there.openForWriting();
    other.tryLock(exclusive(ALICE, 0, 9));
    state.version = 1;
    other.close();
    gate.countDown();
    assertFails(lock, AfsException.LockLost.class);
    assertThat(isLost(reading)).isTrue();
    Eventually.until(() -> state.count == 0, () -> here.server.calls);
  }

  @Test
  void aReaderKeepsItsLockWhereTheServerCannotBeAskedForAnother() throws Exception {
    LockHandle reading = here.open();
    reading.tryLock(shared(ALICE, 0, 9));
    here.server.failNext("release", new AfsException.ServersUnreachable("no way to it"));
    LockHandle writing = here.openForWriting();
    assertThatThrownBy(() -> writing.tryLock(exclusive(ALICE, 0, 9)))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    assertThat(isLost(reading)).isFalse();
    assertThat(state.count).isEqualTo(1);
    reading.close();
    assertThat(state.count).isZero();
  }

  @Test
  void aLockThatCouldNotBeGivenUpForAnotherIsNotForgotten() throws Exception {
    LockHandle file = here.open();
    file.tryLock(shared(CAROL));
    here.server.failNext("release", new AfsException.ServersUnreachable("no way to it"));
    assertThatThrownBy(() -> file.tryLock(exclusive(CAROL)))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    Eventually.until(() -> state.count == 0, () -> here.server.calls); // nobody has it now
  }

  @Test
  void twoClientsThatShareAWholeFileAndWantItAloneGetItOneAfterTheOther() throws Exception {
    LockHandle mine = here.open();
    LockHandle its = there.open();
    mine.tryLock(shared(CAROL));
    its.tryLock(shared(CAROL));
    CompletableFuture<Void> me = waiting(mine, exclusive(CAROL));
    awaitCalls(here.server, "watch", 1);
    CompletableFuture<Void> it = waiting(its, exclusive(CAROL));
    assertGranted(it);
    its.unlock(CAROL, LockRange.WHOLE);
    here.table.changed(FILE);
    assertGranted(me);
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void nothingIsGrantedUnderALockThatIsBeingGivenUp() throws Exception {
    LockHandle file = here.open();
    file.tryLock(shared(CAROL));
    CountDownLatch storing = here.server.hold("store");
    CountDownLatch setting = here.server.hold("set WRITE");
    CompletableFuture<Void> carol = waiting(file, exclusive(CAROL));
    awaitCalls(here.server, "store", 1);
    CompletableFuture<Void> dave = waiting(here.open(), shared(DAVE));
    storing.countDown();
    awaitCalls(here.server, "set WRITE", 1);
    LockHandle other = there.open();
    other.tryLock(exclusive(CAROL));
    assertThat(dave).isNotDone();
    setting.countDown();
    awaitCalls(here.server, "watch", 1);
    assertThat(dave).isNotDone();
    other.close();
    here.table.changed(FILE);
    CompletableFuture.anyOf(carol, dave).get(30, TimeUnit.SECONDS);
    file.unlock(carol.isDone() ? CAROL : DAVE, LockRange.WHOLE);
    assertGranted(carol);
    assertGranted(dave);
  }

  @Test
  void whatWasWrittenIsStoredBeforeALockIsGivenUpForAnother() throws Exception {
    LockHandle file = here.open();
    file.tryLock(exclusive(CAROL));
    file.tryLock(shared(CAROL));
    file.tryLock(exclusive(CAROL));
    assertThat(here.server.calls)
        .containsExactly(
            "set WRITE", "store", "release", "set READ", "store", "release", "set WRITE");
  }

  @Test
  void aWholeFileThatIsOnlySharedAnyMoreIsSharedWithOtherClients() throws Exception {
    LockHandle file = here.open();
    file.tryLock(exclusive(CAROL));
    file.tryLock(shared(CAROL));
    assertThat(state.count).isEqualTo(1);
    there.open().tryLock(shared(CAROL));
    assertThat(state.count).isEqualTo(2);
    file.close();
    assertThat(state.count).isEqualTo(1);
  }

  @Test
  void aLockOfTheServerStaysExclusiveWhileARangeIs() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    file.tryLock(exclusive(CAROL));
    file.tryLock(shared(CAROL));
    assertThat(state.count).isEqualTo(-1);
    assertThat(here.server.calls).containsExactly("set WRITE");
  }

  @Test
  void aLockStaysExclusiveWhereWhatWasWrittenCannotBeStored() throws Exception {
    LockHandle file = here.open();
    file.tryLock(exclusive(CAROL));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.TokenExpired("of who wrote"));
    file.tryLock(shared(CAROL));
    assertThat(state.count).isEqualTo(-1);
    assertThat(isLost(file)).isFalse();
    assertThat(here.server.dropped).isEmpty();
  }

  @Test
  void whoIsFasterThanALockThatIsGivenUpForASharedOneGetsIt() throws Exception {
    LockHandle file = here.open();
    file.tryLock(exclusive(CAROL));
    CountDownLatch gate = here.server.hold("set READ");
    CompletableFuture<Void> lock = waiting(file, shared(CAROL));
    awaitCalls(here.server, "set READ", 1);
    LockHandle other = there.open();
    other.tryLock(exclusive(CAROL));
    gate.countDown();
    awaitCalls(here.server, "watch", 1);
    other.close();
    here.table.changed(FILE);
    assertGranted(lock);
    assertThat(state.count).isEqualTo(1);
    assertThat(isLost(file)).isFalse();
  }

  private static boolean isLost(LockHandle handle) {
    try {
      handle.requireKept();
      return false;
    } catch (AfsException.LockLost e) {
      return true;
    } catch (AfsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLockIsExtendedForAsLongAsItIsNeeded() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    for (int minute = 1; minute <= 20; minute++) {
      clock.advance(Duration.ofMinutes(1));
      here.table.round();
      awaitCalls(here.server, "extend", minute);
      long overNanos = clock.nanoTime() + Duration.ofMinutes(5).toNanos();
      Eventually.until(() -> state.overNanos == overNanos, () -> state.overNanos);
      // the answer must have been noted as well, before time goes on
      Eventually.until(() -> !isBusy(here), () -> here.server.calls);
      assertThatThrownBy(() -> there.open().tryLock(shared(ALICE, 0, 9)))
          .isInstanceOf(AfsException.LockHeld.class);
    }
    assertThat(isLost(file)).isFalse();
  }

  private static boolean isBusy(Client client) {
    return client.table.isBusy(FILE);
  }

  @Test
  void aLockThatCannotBeExtendedInTimeIsLostBeforeAnotherCanGetIt() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    for (int i = 0; i < 29; i++) {
      here.server.failNext("extend", new AfsException.ServersUnreachable("no answer"));
      clock.advance(Duration.ofSeconds(10));
      here.table.round();
      Eventually.until(() -> !isBusy(here), () -> here.server.calls);
    }
    assertThat(isLost(file)).isFalse();
    clock.advance(Duration.ofSeconds(6));
    assertThatThrownBy(() -> there.open().tryLock(shared(ALICE, 0, 9)))
        .isInstanceOf(AfsException.LockHeld.class);
    here.table.round();
    assertThat(isLost(file)).isTrue();
    assertThat(here.server.dropped).hasSize(1);
    clock.advance(Duration.ofSeconds(5));
    there.openForWriting().tryLock(exclusive(ALICE, 0, 9));
    file.unlock(ALICE, LockRange.WHOLE);
    file.close();
    assertThat(state.count).isEqualTo(-1); // the other's was not released
    assertThat(here.server.callsOf("release")).isZero();
  }

  @Test
  void aLockIsOverAfterALongSuspend() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    clock.suspend(Duration.ofMinutes(6));
    there.openForWriting().tryLock(exclusive(ALICE, 0, 9));
    assertThat(isLost(file)).isTrue();
    assertThat(here.server.dropped).hasSize(1);
    here.table.round();
    assertThat(here.server.callsOf("extend")).as("it would be the other's").isZero();
  }

  @Test
  void anExtensionThatIsAnsweredTooLateIsNone() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    CountDownLatch gate = here.server.hold("extend");
    clock.advance(Duration.ofMinutes(1));
    here.table.round();
    awaitCalls(here.server, "extend", 1);
    clock.advance(Duration.ofMinutes(5));
    there.openForWriting().tryLock(exclusive(ALICE, 0, 9));
    gate.countDown(); // and extends the other's
    Eventually.until(() -> !isBusy(here), () -> here.server.calls);
    assertThat(isLost(file)).isTrue();
    assertThatThrownBy(() -> file.tryLock(shared(ALICE, 0, 9)))
        .isInstanceOf(AfsException.LockLost.class);
  }

  @Test
  void aLockThatTheServerHasNotIsLostAtTheNextExtension() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    state.count = 0;
    clock.advance(Duration.ofMinutes(1));
    here.table.round();
    Eventually.until(() -> isLost(file), () -> here.server.calls);
    LockHandle later = here.openForWriting();
    later.tryLock(exclusive(BOB, 0, 9));
    assertThat(isLost(later)).isFalse();
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void aDoubtfulLockIsCheckedBeforeTheNextWrite() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.believed = false;
    file.requireKept();
    assertThat(here.server.callsOf("check")).isOne();
    here.server.believed = false;
    here.server.failNext("check", new AfsException.LockLost("restarted"));
    assertThat(isLost(file)).isTrue();
  }

  @Test
  void aServerThatCannotBeAskedKeepsNobodyFromWriting() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.believed = false;
    here.server.failNext("check", new AfsException.ServersUnreachable("no answer"));
    assertThatCode(file::requireKept).doesNotThrowAnyException();
    file.requireKept();
    assertThat(here.server.callsOf("check")).isEqualTo(2);
  }

  @Test
  void aReleaseOfUnknownOutcomeIsNeverRepeated() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.failNext("release", new AfsException.OutcomeUnknown("no answer"));
    file.unlock(ALICE, LockRange.WHOLE);
    clock.advance(Duration.ofMinutes(1));
    here.table.round();
    assertThat(here.server.callsOf("release")).isOne();
    assertThatThrownBy(() -> file.tryLock(exclusive(ALICE, 0, 9)))
        .isInstanceOf(AfsException.LockHeld.class);
    clock.advance(Duration.ofMinutes(5));
    file.tryLock(exclusive(ALICE, 0, 9)); // it has lapsed
  }

  @Test
  void aReleaseThatWasCertainlyNotMadeIsMadeLater() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.failNext("release", new AfsException.ServersUnreachable("no way to it"));
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(state.count).isEqualTo(-1);
    clock.advance(Duration.ofSeconds(5));
    here.table.round();
    Eventually.until(() -> state.count == 0, () -> here.server.calls);
  }

  @Test
  void theLockIsKeptUntilWhatWasWrittenUnderItIsStored() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.ServersUnreachable("no answer"));
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(here.server.callsOf("release")).isZero();
    clock.advance(Duration.ofSeconds(5));
    here.table.round();
    Eventually.until(() -> state.count == 0, () -> here.server.calls);
    assertThat(here.server.calls).containsExactly("set WRITE", "store", "store", "release");
  }

  @Test
  void aLockWhoseReleaseWaitsForAStoreGoesOnExcludingOthers() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.TokenExpired("of who wrote"));
    file.unlock(ALICE, LockRange.WHOLE);
    for (int i = 0; i < 40; i++) { // 20 minutes
      here.server.failNext("store", new AfsException.TokenExpired("of who wrote"));
      clock.advance(Duration.ofSeconds(30));
      here.table.round();
      Eventually.until(() -> !isBusy(here), () -> here.server.calls);
      assertThatThrownBy(() -> there.open().tryLock(shared(ALICE, 0, 9)))
          .isInstanceOf(AfsException.LockHeld.class);
    }
    clock.advance(Duration.ofSeconds(5));
    here.table.round();
    Eventually.until(() -> state.count == 0, () -> here.server.calls);
    assertThat(here.server.dropped).isEmpty();
  }

  @Test
  void aLockIsExtendedWhileWhatWasWrittenUnderItIsBeingStored() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    CountDownLatch gate = here.server.hold("store");
    Thread closing = Thread.ofVirtual().start(file::close);
    awaitCalls(here.server, "store", 1);
    for (int minute = 1; minute <= 6; minute++) {
      clock.advance(Duration.ofMinutes(1));
      here.table.round();
      awaitCalls(here.server, "extend", minute);
      long overNanos = clock.nanoTime() + Duration.ofMinutes(5).toNanos();
      Eventually.until(() -> state.overNanos == overNanos, () -> state.overNanos);
      Eventually.until(() -> !here.table.isCalling(FILE), () -> here.server.calls);
    }
    gate.countDown();
    closing.join();
    assertThat(state.count).isZero();
    assertThat(here.server.dropped).isEmpty();
  }

  @Test
  void whatWaitsToBeStoredWhenTheLockIsLostIsDroppedThoughNobodyHasItOpen() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.ServersUnreachable("no answer"));
    file.close();
    clock.advance(Duration.ofSeconds(295));
    here.table.round();
    assertThat(here.server.dropped).hasSize(1);
    assertThat(here.server.callsOf("release")).isZero();
  }

  @Test
  void whatOthersWriteStaysWhenASharedLockIsLostThatNobodyHasAnyMore() throws Exception {
    LockHandle file = here.open();
    file.tryLock(shared(CAROL));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.ServersUnreachable("no answer"));
    file.close();
    clock.advance(Duration.ofSeconds(295));
    here.table.round();
    assertThat(here.server.dropped).isEmpty();
  }

  @Test
  void inTheWayOfOpenAfsRangesAreLocalAndWholeFilesAreNot() throws Exception {
    Client compatible = new Client(LockScope.OPENAFS);
    LockHandle file = compatible.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    assertThat(state.count).isZero();
    assertThatThrownBy(() -> compatible.open().tryLock(shared(BOB, 9, 9)))
        .isInstanceOf(AfsException.LockHeld.class);
    file.tryLock(shared(CAROL));
    assertThat(state.count).isEqualTo(1);
    assertThatThrownBy(() -> file.tryLock(exclusive(ALICE)))
        .isInstanceOf(AfsException.LockHeld.class); // the server's lock would have to be exclusive
    file.unlock(CAROL, LockRange.WHOLE);
    assertThat(state.count).isZero();
    file.tryLock(exclusive(ALICE));
    assertThat(state.count).isEqualTo(-1);
  }

  @Test
  void localLocksAreNobodyElsesBusiness() throws Exception {
    Client local = new Client(LockScope.LOCAL);
    LockHandle file = local.openForWriting();
    file.tryLock(exclusive(ALICE));
    assertThatThrownBy(() -> local.open().tryLock(shared(BOB)))
        .isInstanceOf(AfsException.LockHeld.class);
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(local.server.calls).isEmpty();
  }

  @Test
  void readOnlyVolumesHaveLocalSharedLocksOnly() throws Exception {
    LockHandle file =
        here.table.open(new LockHandle.Subject(FILE, here.server, true), Caller::anonymous);
    file.tryLock(shared(CAROL));
    file.tryLock(shared(ALICE, 0, 9));
    assertThatThrownBy(() -> file.tryLock(exclusive(CAROL)))
        .isInstanceOf(AfsException.ReadOnlyVolume.class);
    assertThat(file.conflict(exclusive(BOB, 0, 9))).isPresent();
    assertThat(here.server.calls).isEmpty();
  }

  @Test
  void aLockOfAnotherClientCanBeSeen() throws Exception {
    there.open().tryLock(shared(CAROL));
    LockHandle file = here.openForWriting();
    assertThat(here.open().conflict(shared(ALICE, 0, 9))).isEmpty();
    assertThat(file.conflict(exclusive(ALICE, 0, 9)))
        .map(LockRequest::mode)
        .contains(LockMode.SHARED);
  }

  @Test
  void atTheEndEverythingIsReleasedAndWaitersFail() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    CompletableFuture<Void> lock = waiting(here.openForWriting(), exclusive(BOB, 0, 9));
    here.server.dirty = true;
    assertThat(here.table.releaseAll(Duration.ofSeconds(30))).isTrue();
    assertFails(lock, AfsException.ClientClosed.class);
    assertThat(state.count).isZero();
    assertThat(here.server.calls).containsExactly("set WRITE", "store", "release");
    assertThat(isLost(file)).isTrue();
    assertThatThrownBy(() -> here.openForWriting().tryLock(shared(BOB, 0, 9)))
        .isInstanceOf(AfsException.ClientClosed.class);
  }

  @Test
  void anUnlockThatNeedsTooManyLocksReleasesNothing() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 20_000));
    for (int i = 1; i < 5_000; i++) {
      file.unlock(ALICE, new LockRange(2L * i, 2L * i));
    }
    assertThatThrownBy(() -> file.unlock(ALICE, new LockRange(15_000, 15_000)))
        .isInstanceOf(AfsException.TooManyLocks.class);
    assertThat(file.conflict(shared(BOB, 15_000, 15_000))).isPresent();
    file.unlock(ALICE, LockRange.WHOLE);
    assertThat(state.count).isZero();
  }

  @Test
  void theEndWaitsForAReleaseThatIsUnderWay() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    CountDownLatch gate = here.server.hold("release");
    Thread closing = Thread.ofVirtual().start(file::close);
    awaitCalls(here.server, "release", 1);
    assertThat(here.table.releaseAll(Duration.ofMillis(1))).as("it is not told yet").isFalse();
    gate.countDown();
    assertThat(here.table.releaseAll(Duration.ofSeconds(30))).isTrue();
    assertThat(state.count).isZero();
    closing.join();
  }

  @Test
  void whatCannotBeStoredAtTheEndIsNotStoredAfterTheRelease() throws Exception {
    LockHandle file = here.openForWriting();
    file.tryLock(exclusive(ALICE, 0, 9));
    here.server.dirty = true;
    here.server.failNext("store", new AfsException.TokenExpired("of who wrote"));
    assertThat(here.table.releaseAll(Duration.ofSeconds(30))).isTrue();
    assertThat(here.server.dropped).hasSize(1);
    assertThat(here.server.calls).containsExactly("set WRITE", "store", "release");
  }
}
