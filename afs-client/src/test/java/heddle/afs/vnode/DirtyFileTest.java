package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.IdlePromises;
import heddle.afs.location.TestVolumes;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.testkit.FakeClock;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose data are stored by whom, and who loses what. */
class DirtyFileTest {
  private static final Fid FID = new Fid("example.org", 500, 2, 3);
  private static final Holder ALICE = holder("alice");
  private static final Holder BOB = holder("bob");

  private record Named(String name) implements Caller {}

  private final AfsException refused = new AfsException.PermissionDenied("refused");
  private final VnodeTable table =
      new VnodeTable(
          new CallbackTable(), new IdlePromises((server, fids) -> true, new FakeClock()), 1 << 20);
  private final DirtyFile file =
      new DirtyFile(table.vnode(FID, table.volume(TestVolumes.readWrite("example.org", 500))));

  private static Holder holder(String name) {
    return new Holder(new Named(name), "example.org", Optional.empty());
  }

  private static KnownStatus version(long dataVersion) {
    AccessRights rights = new AccessRights(AccessRights.READ);
    Instant time = Instant.EPOCH;
    FetchStatus status =
        new FetchStatus(
            FileType.FILE, 1, 10, dataVersion, 0, 0, rights, rights, 0644, 1, 1, time, time, 0, 0);
    return KnownStatus.told(FID, status, 1, Optional.empty(), ALICE.caller());
  }

  private boolean write(Holder writer) throws AfsException {
    return write(writer, 0);
  }

  private boolean write(Holder writer, long offset) throws AfsException {
    DirtyFile.Change change = new DirtyFile.Change(writer, () -> {}, Instant.EPOCH, 0);
    return file.write(ByteBuffer.wrap(new byte[10]), offset, change).done();
  }

  private StoreTurn begin(Durability durability) {
    return begin(StoreTurn.Amount.ALL, durability);
  }

  private StoreTurn begin(StoreTurn.Amount amount, Durability durability) {
    assertThat(file.begin(amount, durability)).isInstanceOf(DirtyFile.Turn.Yours.class);
    return running();
  }

  private StoreTurn running() {
    return switch (file.begin(StoreTurn.Amount.LONG, Durability.STORED)) {
      case DirtyFile.Turn.Wait(StoreTurn other) -> other;
      default -> throw new AssertionError("no store is under way");
    };
  }

  private boolean take(StoreTurn turn) {
    return file.take(turn, 10).isPresent();
  }

  @Test
  void aTurnTakesNothingOfAnother() throws Exception {
    assertThat(write(ALICE)).isTrue();
    StoreTurn turn = begin(Durability.STORED);
    assertThat(turn.writer()).isEqualTo(ALICE);
    assertThat(take(turn)).isTrue();
    assertThat(write(BOB)).as("while it is under way").isFalse();
    file.stored(version(2), Durability.STORED);
    assertThat(write(BOB)).isTrue();
    assertThat(take(turn)).isFalse();
    assertThat(file.lost(refused, ALICE)).isZero();
    assertThat(file.delayed(refused, ALICE, 0)).isZero();
    file.end(true);
    assertThat(file.isDirty()).isTrue();
    assertThat(file.failures()).isZero();
    assertThat(file.delay()).isEmpty();
    StoreTurn next = begin(Durability.STORED);
    assertThat(next.writer()).isEqualTo(BOB);
    assertThat(take(next)).isTrue();
  }

  @Test
  void storedDataAreMadeDurableByWhoeverWroteThem() throws Exception {
    write(ALICE);
    take(begin(Durability.STORED));
    file.stored(version(2), Durability.STORED);
    file.end(true);
    write(BOB);
    take(begin(Durability.STORED));
    file.lost(refused, BOB);
    file.end(false);
    assertThat(begin(Durability.ON_DISK).writer()).isEqualTo(ALICE);
  }

  @Test
  void aTurnEndsThoughTheWriterGoesOn() throws Exception {
    write(ALICE, 0);
    StoreTurn turn = begin(Durability.ON_DISK);
    write(ALICE, 100);
    assertThat(take(turn)).isTrue();
    assertThat(file.hasMarked()).as("so this is the store to sync").isFalse();
    file.stored(version(2), Durability.ON_DISK);
    write(ALICE, 200);
    assertThat(take(turn)).isFalse();
    file.end(true);
    assertThat(file.isDirty()).isTrue();
  }

  @Test
  void longPiecesAreStoredUntilSomebodyWaits() throws Exception {
    DirtyFile.Change change = new DirtyFile.Change(ALICE, () -> {}, Instant.EPOCH, 0);
    file.write(ByteBuffer.wrap(new byte[9 << 20]), 0, change);
    StoreTurn turn = begin(StoreTurn.Amount.LONG, Durability.STORED);
    assertThat(take(turn)).isTrue();
    file.stored(version(2), Durability.STORED);
    file.write(ByteBuffer.wrap(new byte[9 << 20]), 0, change);
    file.begin(StoreTurn.Amount.ALL, Durability.STORED);
    assertThat(take(turn)).isFalse();
    file.end(true);
    assertThat(turn.hasBrought(Durability.STORED)).isFalse();
  }

  @Test
  void whoeverWaitsToWriteIsNext() throws Exception {
    write(ALICE, 0);
    assertThat(write(BOB)).isFalse();
    assertThat(write(ALICE, 100)).isFalse();
    take(begin(Durability.STORED));
    file.stored(version(2), Durability.STORED);
    file.end(true);
    assertThat(write(BOB)).isTrue();
    assertThat(write(ALICE, 100)).isFalse();
  }

  @Test
  void eachWriterIsToldOfItsOwnLoss() throws Exception {
    AfsException noSpace = new AfsException.NoSpace("full");
    write(ALICE);
    file.lost(refused, ALICE);
    write(BOB);
    file.lost(noSpace, BOB);
    assertThat(file.failureAfter(0, ALICE)).contains(refused);
    assertThat(file.failureAfter(1, ALICE)).isEmpty();
    assertThat(file.failureAfter(1, BOB)).contains(noSpace);
    assertThat(file.failureAfter(2, BOB)).isEmpty();
  }

  @Test
  void aChangeIsMadeOnItsConditionOnly() {
    AfsException.LockLost lost = new AfsException.LockLost("lost");
    DirtyFile.Condition never =
        () -> {
          throw lost;
        };
    DirtyFile.Change change = new DirtyFile.Change(ALICE, never, Instant.EPOCH, 0);
    assertThatThrownBy(() -> file.write(ByteBuffer.allocate(10), 0, change)).isSameAs(lost);
    assertThatThrownBy(() -> file.truncate(3, change)).isSameAs(lost);
    assertThat(file.isDirty()).isFalse();
  }
}
