package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.testkit.FakeVolume;
import heddle.afs.testkit.Waiter;
import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are dead, busy, or do not have the volume. */
class ServersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume replicated;
  private FakeVolume onOne;
  private FakeVolume onTwo;

  @BeforeEach
  void makeVolumes() {
    FakeVolume root =
        afs.cell
            .volume("root.cell", afs.fs1)
            .mount("replicated", "#replicated.")
            .mount("one", "#one.")
            .mount("two", "#two.");
    replicated = afs.cell.volume("replicated", afs.fs1).file("f", "everywhere");
    onOne = afs.cell.volume("one", afs.fs1).file("f", "one").file("g", "gee");
    onTwo = afs.cell.volume("two", afs.fs2).file("f", "two");
    afs.cell.release(root, afs.fs1, afs.fs2);
    afs.cell.release(replicated, afs.fs1, afs.fs2);
  }

  @AfterEach
  void close() {
    afs.close();
  }

  @Test
  void aDeadServerEndsTheOperationWithinItsTimeAndIsNamed() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    long start = afs.clock.nanoTime();
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.ServersUnreachable.class)
        .hasMessageContaining("192.0.2.11")
        .hasMessageContaining("volume one");
    assertThat(afs.clock.since(start)).isBetween(TIMEOUT.minus(PAUSE), TIMEOUT);
  }

  /** Returns whom a read that fails would have waited for last. */
  private WaitingThread.Peer waitedForBy(String path) throws Exception {
    Waiter waiter =
        Waiter.start(
            () ->
                assertThatThrownBy(() -> afs.read(path))
                    .isInstanceOf(AfsException.ServersUnreachable.class));
    waiter.await();
    assertThat(waiter.peer()).as("afterwards").isSameAs(WaitingThread.Peer.NONE);
    return waiter.peers().stream()
        .filter(peer -> !peer.equals(WaitingThread.Peer.NONE))
        .reduce((before, last) -> last)
        .orElseThrow();
  }

  @Test
  void whoWaitsForADeadServerIsKnownUntilItAnswers() throws Exception {
    afs.list("/example.org/one");
    afs.list("/example.org/replicated");
    afs.fs1.setUp(false);
    WaitingThread.Peer peer = waitedForBy("/example.org/one/f");
    assertThat(peer.isSilent()).isTrue();
    afs.fs1.setUp(true);
    afs.read("/example.org/one/f");
    assertThat(peer.isSilent()).isFalse();
  }

  @Test
  void whoWaitsForDeadLocationServersIsKnownUntilTheyAnswer() throws Exception {
    afs.cell.setLocationServersUp(false);
    WaitingThread.Peer peer = waitedForBy("/example.org/one/f");
    assertThat(peer.isSilent()).isTrue();
    afs.cell.setLocationServersUp(true);
    afs.read("/example.org/one/f");
    assertThat(peer.isSilent()).isFalse();
  }

  @Test
  void aVolumeIsNotSilentWhileOneOfItsServersAnswers() throws Exception {
    afs.fs1.setUp(false);
    afs.fs2.setUp(false);
    WaitingThread.Peer peer = waitedForBy("/example.org/replicated/f");
    assertThat(peer.isSilent()).isTrue();
    afs.fs2.setUp(true);
    afs.read("/example.org/replicated/f");
    assertThat(peer.isSilent()).isFalse();
  }

  @Test
  void whatIsCachedIsReadWhileTheServerIsDead() throws Exception {
    afs.read("/example.org/one/f");
    afs.fs1.setUp(false);
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
  }

  @Test
  void theOtherServerAnswersMeanwhile() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/two/f")).isEqualTo("two");
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void aServerThatIsBackIsUsedAtOnce() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    afs.fs1.setUp(true);
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void aServerThatComesBackMeanwhileIsWaitedFor() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    long start = afs.clock.nanoTime();
    afs.cell.onArrival(
        (operation, argument) ->
            afs.fs1.setUp(afs.clock.since(start).compareTo(Duration.ofSeconds(10)) > 0));
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(start)).isLessThan(Duration.ofSeconds(12));
  }

  @Test
  void aServerThatHasBeenDeadForLongIsTriedOnce() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    afs.clock.advance(TIMEOUT);
    long start = afs.clock.nanoTime();
    assertThatThrownBy(() -> afs.read("/example.org/one/g"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void aReplicaIsReadInsteadWithoutWaiting() throws Exception {
    afs.list("/example.org/replicated");
    afs.fs1.setUp(false);
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/replicated/f")).isEqualTo("everywhere");
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void theReplicaThatAnsweredIsAskedFirstAfterwards() throws Exception {
    afs.fs1.setUp(false);
    afs.list("/example.org/replicated");
    afs.cell.forgetCalls();
    afs.read("/example.org/replicated/f");
    assertThat(afs.cell.calls("FetchData64")).isEqualTo(1);
  }

  @Test
  void noLocationServerMeansNoVolume() {
    afs.cell.setLocationServersUp(false);
    assertThatThrownBy(() -> afs.list("/example.org"))
        .isInstanceOf(AfsException.ServersUnreachable.class)
        .hasMessageContaining("192.0.2.1")
        .hasMessageContaining("example.org");
  }

  @Test
  void locationServersThatAnsweredBeforeAreWaitedFor() throws Exception {
    afs.list("/example.org");
    afs.cell.setLocationServersUp(false);
    long start = afs.clock.nanoTime();
    assertThatThrownBy(() -> afs.list("/example.org/one"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    assertThat(afs.clock.since(start)).isBetween(TIMEOUT.minus(PAUSE), TIMEOUT);
    afs.cell.setLocationServersUp(true);
    assertThat(afs.list("/example.org/one")).containsExactly("f", "g");
  }

  @Test
  void whatWasLookedUpStaysGoodWhileNoLocationServerAnswers() throws Exception {
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    afs.cell.setLocationServersUp(false);
    afs.clock.advance(Duration.ofHours(3)); // it is too old to be believed unasked
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(start)).isLessThan(TIMEOUT);
    long again = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(again)).isZero();
  }

  @Test
  void theReplicaThatIsUsedStaysTheFirst() throws Exception {
    afs.list("/example.org/replicated");
    afs.fs1.setUp(false);
    afs.read("/example.org/replicated/f");
    afs.fs1.setUp(true);
    afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VBUSY)); // whoever asks it has to wait
    afs.fs2.forgetPromises();
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/replicated/f")).isEqualTo("everywhere");
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void aBusyVolumeIsWaitedFor() throws Exception {
    afs.list("/example.org/one");
    CallFailure busy = CallFailure.aborted(AfsErrorCode.VBUSY);
    afs.fs1.failNext(busy, busy, busy);
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(start)).isEqualTo(PAUSE.multipliedBy(3));
  }

  @Test
  void aVolumeThatIsBusyForEverIsUnavailable() throws Exception {
    afs.list("/example.org/one");
    afs.cell.onArrival(
        (operation, argument) -> afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VBUSY)));
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.VolumeUnavailable.class)
        .hasMessageContaining("VBUSY");
  }

  @Test
  void aVolumeThatMovedIsFoundAgain() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.remove(onOne);
    afs.cell.moveTo(onOne, afs.fs2);
    afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VMOVED));
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
  }

  @Test
  void aVolumeThatIsNoMoreWhereItWasIsFoundAgain() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.remove(onOne);
    afs.cell.moveTo(onOne, afs.fs2);
    long start = afs.clock.nanoTime();
    assertThat(afs.read("/example.org/one/f")).isEqualTo("one");
    assertThat(afs.clock.since(start)).isZero();
  }

  @Test
  void aServersOwnMistakeLeadsToTheReplica() throws Exception {
    afs.list("/example.org/replicated");
    afs.fs1.failNext(CallFailure.of(CallFailure.Kind.MALFORMED, "nonsense"));
    assertThat(afs.read("/example.org/replicated/f")).isEqualTo("everywhere");
  }

  @Test
  void aServersOwnMistakeWithoutAReplicaIsReported() throws Exception {
    afs.list("/example.org/two");
    afs.fs2.failNext(
        CallFailure.of(CallFailure.Kind.MALFORMED, "nonsense"),
        CallFailure.of(CallFailure.Kind.MALFORMED, "nonsense"));
    assertThatThrownBy(() -> afs.read("/example.org/two/f"))
        .isInstanceOf(AfsException.ProtocolViolation.class);
    assertThat(onTwo.id()).isPositive();
  }

  @Test
  void afterClosingEverythingFailsAtOnce() throws Exception {
    AfsFile file =
        afs.client()
            .open(
                ClientFixture.ANONYMOUS,
                AfsPath.of("/example.org/one/f"),
                AfsClient.FinalLink.FOLLOW);
    afs.client().close();
    assertThatThrownBy(() -> ClientFixture.read(file))
        .isInstanceOf(AfsException.ClientClosed.class);
    assertThatThrownBy(() -> afs.stat("/")).isInstanceOf(AfsException.ClientClosed.class);
    assertThatThrownBy(() -> afs.list("/example.org"))
        .isInstanceOf(AfsException.ClientClosed.class);
  }

  @Test
  void closingEndsTheWaitForADeadServer() throws Exception {
    afs.list("/example.org/one");
    afs.fs1.setUp(false);
    afs.cell.onArrival((operation, argument) -> afs.client().close());
    assertThatThrownBy(() -> afs.read("/example.org/one/f"))
        .isInstanceOf(AfsException.ClientClosed.class);
  }
}
