package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.IdlePromises;
import heddle.afs.callback.Ticket;
import heddle.afs.location.Request;
import heddle.afs.location.TestVolumes;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.WireFid;
import heddle.afs.testkit.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which of two statuses is kept when replies and breaks come in any order. */
class VnodeTest {
  private static final IdlePromises NO_PROMISES =
      new IdlePromises((server, fids) -> true, new FakeClock());
  private static final int CREATION = 1_000_000;
  private static final UUID SERVER = new UUID(0, 1);
  private static final Fid FID = new Fid("example.org", 500, 2, 3);
  private static final CallbackPromise PROMISE =
      new CallbackPromise(1, Duration.ofSeconds(100), CallbackPromise.SHARED);

  private record Named(String name) implements Caller {}

  private static final Caller ALICE = new Named("alice");
  private static final Caller BOB = new Named("bob");

  private final CallbackTable callbacks = new CallbackTable();
  private final VnodeTable table = new VnodeTable(callbacks, NO_PROMISES, 1 << 20);
  private final Vnode vnode =
      table.vnode(FID, table.volume(TestVolumes.readWrite("example.org", 500)));

  private static Request by(Caller caller) {
    return Request.begin(caller, 0, Duration.ofSeconds(1));
  }

  private Ticket ask() {
    return callbacks.begin(vnode.watched(), SERVER, 0);
  }

  private static FetchStatus version(long dataVersion, int rights) {
    return new FetchStatus(
        FileType.FILE,
        1,
        dataVersion * 10,
        dataVersion,
        0,
        0,
        new AccessRights(rights),
        new AccessRights(0),
        0644,
        1,
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        0,
        0);
  }

  private void told(long dataVersion, Ticket ticket) {
    vnode.learn(version(dataVersion, AccessRights.READ), CREATION, PROMISE, ticket, ALICE);
  }

  private long believedVersion() {
    KnownStatus believed = vnode.believedBy(by(ALICE));
    return believed == null ? -1 : believed.dataVersion();
  }

  @Test
  void aReplyIsBelieved() {
    told(1, ask());
    assertThat(believedVersion()).isEqualTo(1);
  }

  @Test
  void aReplyWithoutAPromiseIsNot() {
    vnode.learn(version(1, 0), CREATION, CallbackPromise.NONE, ask(), ALICE);
    assertThat(believedVersion()).isEqualTo(-1);
    assertThat(vnode.toldTo(ALICE)).isNotNull();
  }

  @Test
  void aBrokenReplyDoesNotReplaceABelievedOne() {
    Ticket early = ask();
    callbacks.end(WireFid.of(FID));
    told(2, ask());
    told(1, early);
    assertThat(believedVersion()).isEqualTo(2);
  }

  @Test
  void aBelievedReplyReplacesABrokenOne() {
    Ticket early = ask();
    callbacks.end(WireFid.of(FID));
    told(1, early);
    assertThat(believedVersion()).isEqualTo(-1);
    told(2, ask());
    assertThat(believedVersion()).isEqualTo(2);
  }

  @Test
  void anOlderVersionThatComesLateIsDropped() {
    Ticket first = ask();
    Ticket second = ask();
    told(2, second);
    told(1, first);
    assertThat(believedVersion()).isEqualTo(2);
  }

  @Test
  void whoeverAskedGetsItsOwnAnswerEvenIfItIsNotKept() {
    Ticket early = ask();
    callbacks.end(WireFid.of(FID));
    told(2, ask());
    KnownStatus answer = vnode.learn(version(1, 0), CREATION, PROMISE, early, ALICE);
    assertThat(answer.dataVersion()).isEqualTo(1);
  }

  @Test
  void eachCallerIsBelievedForItself() {
    vnode.learn(version(1, AccessRights.READ), CREATION, PROMISE, ask(), ALICE);
    assertThat(vnode.believedBy(by(BOB))).isNull();
    vnode.learn(version(1, AccessRights.LOOKUP), CREATION, PROMISE, ask(), BOB);
    assertThat(vnode.believedBy(by(ALICE)).rightsOf(ALICE).bits()).isEqualTo(AccessRights.READ);
    assertThat(vnode.believedBy(by(BOB)).rightsOf(BOB).bits()).isEqualTo(AccessRights.LOOKUP);
  }

  @Test
  void aNewStatusIsEveryCallersButTheRightsStayTheirOwn() {
    vnode.learn(version(1, AccessRights.READ), CREATION, PROMISE, ask(), ALICE);
    vnode.learn(version(2, AccessRights.LOOKUP), CREATION, PROMISE, ask(), BOB);
    KnownStatus believed = vnode.believedBy(by(ALICE));
    assertThat(believed.statusFor(ALICE).length()).isEqualTo(20);
    assertThat(believed.statusFor(ALICE).rights().bits()).isEqualTo(AccessRights.READ);
  }

  @Test
  void afterABreakNobodysRightsAreKnown() {
    vnode.learn(version(1, AccessRights.READ), CREATION, PROMISE, ask(), ALICE);
    callbacks.end(WireFid.of(FID));
    vnode.learn(version(1, AccessRights.LOOKUP), CREATION, PROMISE, ask(), BOB);
    assertThat(vnode.believedBy(by(ALICE))).isNull();
    assertThat(vnode.believedBy(by(BOB))).isNotNull();
  }

  @Test
  void theRightsOfTooManyCallersAreForgotten() {
    for (int i = 0; i < 1000; i++) {
      vnode.learn(version(1, i), CREATION, PROMISE, ask(), new Named("caller" + i));
    }
    assertThat(vnode.believedBy(by(new Named("caller999")))).isNotNull();
    assertThat(vnode.believedBy(by(new Named("caller940")))).isNotNull();
    assertThat(vnode.believedBy(by(new Named("caller1")))).isNull();
  }

  @Test
  void thereIsOneVnodeOfAFid() {
    assertThat(table.vnode(new Fid("example.org", 500, 2, 3), vnode.volume())).isSameAs(vnode);
    for (int i = 10; i < 5000; i++) {
      table.vnode(new Fid("example.org", 500, i, 3), vnode.volume()); // more than are kept
    }
    assertThat(table.vnode(new Fid("example.org", 500, 2, 3), vnode.volume())).isSameAs(vnode);
  }

  private void changed(long dataVersion, VnodeChange change) {
    change.made(version(dataVersion, AccessRights.READ), by(ALICE));
  }

  @Test
  void theReplyToOurOwnChangeIsBelievedWhereWhatWasBeforeWas() {
    told(1, ask());
    VnodeChange change = VnodeChange.begin(vnode, 0);
    changed(2, change);
    assertThat(believedVersion()).isEqualTo(2);
  }

  @Test
  void withoutAPromiseTheReplyToOurOwnChangeIsNotBelieved() {
    VnodeChange change = VnodeChange.begin(vnode, 0);
    changed(2, change);
    assertThat(vnode.believedBy(by(ALICE))).isNull();
  }

  @Test
  void aBreakWhileOurOwnChangeIsOnItsWayEndsBelief() {
    told(1, ask());
    VnodeChange change = VnodeChange.begin(vnode, 0);
    callbacks.end(WireFid.of(FID));
    changed(2, change);
    assertThat(vnode.believedBy(by(ALICE))).isNull();
  }

  @Test
  void whatWasAskedForBeforeOurOwnChangeIsNotBelievedAfterIt() {
    told(1, ask());
    Ticket asked = ask();
    VnodeChange change = VnodeChange.begin(vnode, 0);
    changed(1, change); // of the status only: the data version is as before
    told(1, asked);
    KnownStatus believed = vnode.believedBy(by(ALICE));
    assertThat(believed).as("the reply of the change stays").isNotNull();
    Ticket askedAfterwards = ask();
    told(3, askedAfterwards);
    assertThat(believedVersion()).isEqualTo(3);
  }

  @Test
  void ofTwoOwnChangesAtOnceNeitherReplyIsBelieved() {
    told(1, ask());
    VnodeChange first = VnodeChange.begin(vnode, 0);
    VnodeChange second = VnodeChange.begin(vnode, 0);
    changed(2, first);
    changed(3, second);
    assertThat(vnode.believedBy(by(ALICE))).isNull();
  }

  @Test
  void anUnknownChangeEndsBelief() {
    told(1, ask());
    VnodeChange.begin(vnode, 0).unknown();
    assertThat(vnode.believedBy(by(ALICE))).isNull();
  }
}
