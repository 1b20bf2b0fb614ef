package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.callback.CallbackTable;
import heddle.afs.location.TestVolumes;
import heddle.afs.rpc.FetchStatus;
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
  private final VnodeTable table = new VnodeTable(new CallbackTable(), 1 << 20);
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

  private boolean write(Holder writer) {
    DirtyFile.Change change = new DirtyFile.Change(writer, Instant.EPOCH, 0);
    return file.write(ByteBuffer.wrap(new byte[10]), 0, change).done();
  }

  private boolean take(Holder storer) {
    return file.take(DirtyFile.Amount.ALL, 10, storer).isPresent();
  }

  @Test
  void aTurnTakesNothingOfAnother() {
    assertThat(write(ALICE)).isTrue();
    assertThat(file.begin(Durability.STORED)).isEqualTo(new DirtyFile.Turn.Yours(ALICE));
    assertThat(take(ALICE)).isTrue();
    assertThat(write(BOB)).as("while it is under way").isFalse();
    file.stored(version(2), Durability.STORED);
    assertThat(write(BOB)).isTrue();
    assertThat(take(ALICE)).isFalse();
    assertThat(file.lost(refused, ALICE)).isZero();
    assertThat(file.delayed(refused, ALICE)).isZero();
    file.end();
    assertThat(file.isDirty()).isTrue();
    assertThat(file.failures()).isZero();
    assertThat(file.delay()).isEmpty();
    assertThat(file.begin(Durability.STORED)).isEqualTo(new DirtyFile.Turn.Yours(BOB));
    assertThat(take(BOB)).isTrue();
  }

  @Test
  void storedDataAreMadeDurableByWhoeverWroteThem() {
    write(ALICE);
    file.begin(Durability.STORED);
    take(ALICE);
    file.stored(version(2), Durability.STORED);
    file.end();
    write(BOB);
    file.begin(Durability.STORED);
    take(BOB);
    file.lost(refused, BOB);
    file.end();
    assertThat(file.begin(Durability.ON_DISK)).isEqualTo(new DirtyFile.Turn.Yours(ALICE));
  }

  @Test
  void eachWriterIsToldOfItsOwnLoss() {
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
}
