package heddle.owners;

import static heddle.owners.FakeUsers.CELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.thread.WaitingThread;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users of a cell as those of this machine. */
final class MappedOwnersTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int NOBODY = MappedOwners.NOBODY;
  private static final Caller NO_TOKEN = Caller.anonymous();

  private final FakeUsers users = new FakeUsers();
  private final AtomicLong nanos = new AtomicLong();

  private MappedOwners byNames(Duration patience) {
    return new MappedOwners(CELL, users, UserMap.byNames(users), patience, nanos::get);
  }

  private static FileStatus file(String cell, int owner) {
    var rights = new AccessRights(0);
    return new FileStatus(
        new Fid(cell, 1, 2, 3), FileType.FILE, 0, 1, 1, owner, 0, 0, Instant.EPOCH, rights, rights);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void ownersAreWhoHasTheSameNameHere() {
    MappedOwners owners = byNames(LONG);
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
    assertThat(owners.shown(file("TEST.example", 2))).isEqualTo(1002);
    assertThat(owners.shown(file(CELL, 3))).as("carol is not here").isEqualTo(NOBODY);
    assertThat(owners.shown(file(CELL, 4))).as("is not in the cell").isEqualTo(NOBODY);
    assertThat(owners.shown(file("other.example", 1))).as("another alice").isEqualTo(NOBODY);
    assertThat(owners.shown(file("", 0))).as("the list of cells").isZero();
  }

  @Test
  void namesAreAskedForOnceAnHourAndThoseOfNobodyOnceAMinute() {
    MappedOwners owners = byNames(LONG);
    owners.shown(file(CELL, 1));
    owners.shown(file(CELL, 3));
    pass(Duration.ofSeconds(59));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
    assertThat(owners.shown(file(CELL, 3))).isEqualTo(NOBODY);
    assertThat(users.asked).containsExactly(List.of(1), List.of(3));

    pass(Duration.ofSeconds(2));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
    assertThat(owners.shown(file(CELL, 3))).isEqualTo(NOBODY);
    Eventually.until(() -> users.asked.size() == 3, () -> users.asked);
    assertThat(users.asked.getLast()).isEqualTo(List.of(3));
  }

  /** Returns a hook that waits for {@code letOn}. */
  private static FakeUsers.Hook waiting(CountDownLatch letOn) {
    return () -> {
      try {
        letOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    };
  }

  @Test
  void whatWasKnownIsShownAtOnceWhileItIsAskedForAgain() {
    MappedOwners owners = byNames(LONG);
    owners.shown(file(CELL, 1));
    CountDownLatch letOn = new CountDownLatch(1);
    users.before = waiting(letOn);
    pass(Duration.ofHours(2));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
    letOn.countDown();
  }

  @Test
  void thoseWhoWaitAreAskedForInOneCall() throws Exception {
    CountDownLatch letOn = new CountDownLatch(1);
    users.before = waiting(letOn);
    MappedOwners owners = byNames(LONG);
    List<Future<Integer>> shown = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      shown.add(threads.submit(() -> owners.shown(file(CELL, 1))));
      Eventually.until(() -> users.asked.size() == 1, () -> users.asked);
      for (int id : new int[] {1, 2, 3, 2}) {
        shown.add(threads.submit(() -> owners.shown(file(CELL, id))));
      }
      Eventually.until(() -> owners.waiting() == 3, owners::waiting);
      letOn.countDown();
    }
    List<Integer> numbers = new ArrayList<>();
    for (Future<Integer> each : shown) {
      numbers.add(each.get());
    }
    assertThat(numbers).containsExactly(1001, 1001, 1002, NOBODY, 1002);
    assertThat(users.asked).hasSize(2);
    assertThat(users.asked.getLast()).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void nobodyWaitsForServersThatDoNotAnswer() {
    CountDownLatch letOn = new CountDownLatch(1);
    users.before = waiting(letOn);
    MappedOwners owners = byNames(Duration.ofMillis(1));
    assertThat(owners.shown(file(CELL, 1))).as("not in time").isEqualTo(NOBODY);
    letOn.countDown();
    Eventually.until(() -> owners.shown(file(CELL, 1)) == 1001, () -> users.asked);
    assertThat(users.asked).hasSize(1);
  }

  @Test
  void afterAFailureNobodyIsAskedForAWhile() {
    users.before =
        () -> {
          throw new AfsException.ServersUnreachable("no answer");
        };
    MappedOwners owners = byNames(LONG);
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(NOBODY);
    users.before = () -> {};
    pass(Duration.ofSeconds(29));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(NOBODY);
    assertThat(owners.shown(file(CELL, 2))).isEqualTo(NOBODY);
    assertThat(users.asked).hasSize(1);
    pass(Duration.ofSeconds(2));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
  }

  @Test
  void whoWasKnownStaysWhileThisMachineCannotTell() throws Exception {
    MappedOwners owners = byNames(LONG);
    owners.shown(file(CELL, 1));
    users.unknowable = true;
    pass(Duration.ofHours(2));
    owners.shown(file(CELL, 1));
    Eventually.until(() -> users.asked.size() == 2 && owners.waiting() == 0, () -> users.asked);
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
    assertThat(owners.shown(file(CELL, 2))).as("was never known").isEqualTo(NOBODY);
    assertThatExceptionOfType(AfsException.ServerFailure.class)
        .isThrownBy(() -> owners.meant(NO_TOKEN, file(CELL, 1), 1002));

    users.unknowable = false;
    pass(Duration.ofSeconds(31));
    assertThat(owners.shown(file(CELL, 2))).isEqualTo(1002);
  }

  @Test
  void whoCannotBeLookedUpIsNotInTheWayOfOthers() {
    CountDownLatch letOn = new CountDownLatch(1);
    users.before = waiting(letOn);
    users.unknowableName = "alice";
    MappedOwners owners = byNames(LONG);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(() -> owners.shown(file(CELL, 3)));
      Eventually.until(() -> users.asked.size() == 1, () -> users.asked);
      threads.execute(() -> owners.shown(file(CELL, 1)));
      threads.execute(() -> owners.shown(file(CELL, 4)));
      Eventually.until(() -> owners.waiting() == 3, owners::waiting);
      letOn.countDown(); // alice is asked for together with one that nobody knows
    }
    assertThat(owners.shown(file(CELL, 2))).as("asked for without a pause").isEqualTo(1002);
  }

  @Test
  void aThreadThatOthersNeedIsToldThatItWaits() throws Exception {
    var told = new AtomicInteger();
    final class Waiter extends Thread implements WaitingThread {
      Waiter(Runnable body) {
        super(body);
      }

      @Override
      public void goesToWait() {
        told.incrementAndGet();
      }

      @Override
      public Peer turnsTo(Peer peer) {
        return Peer.NONE;
      }
    }
    CountDownLatch letOn = new CountDownLatch(1);
    users.before = waiting(letOn);
    MappedOwners owners = byNames(LONG);
    Thread waiter = new Waiter(() -> owners.shown(file(CELL, 1)));
    waiter.start();
    Eventually.until(() -> told.get() == 1, told::get);
    letOn.countDown();
    waiter.join();
  }

  @Test
  void aBugInALookUpEndsNothing() {
    users.before =
        () -> {
          throw new IllegalStateException("for a test");
        };
    MappedOwners owners = byNames(LONG);
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(NOBODY);
    users.before = () -> {};
    pass(Duration.ofSeconds(31));
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1001);
  }

  @Test
  void anOwnerIsSetByWhoHeIsInTheCell() throws Exception {
    MappedOwners owners = byNames(LONG);
    assertThat(owners.meant(NO_TOKEN, file(CELL, 1), 1002)).isEqualTo(2);
    assertThat(owners.meant(NO_TOKEN, file(CELL, 4), NOBODY)).as("stays as it is").isEqualTo(4);
    for (int user : new int[] {0, 77}) { // not in the cell, not here
      assertThatExceptionOfType(AfsException.InvalidArgument.class)
          .isThrownBy(() -> owners.meant(NO_TOKEN, file(CELL, 1), user));
    }
    assertThatExceptionOfType(AfsException.InvalidArgument.class)
        .isThrownBy(() -> owners.meant(NO_TOKEN, file("other.example", 1), 1002));
  }

  private static Identity withToken() throws Exception {
    Identity identity = Identity.named("uid 1");
    identity.set(CELL, RxkadToken.of("alice", 256, new byte[100], new byte[8], Instant.MAX));
    return identity;
  }

  @Test
  void whoHasATokenSetsAnOwnerByWhatThatTells() throws Exception {
    users.forged = Map.of(3, "alice", 66, "bob");
    MappedOwners owners = byNames(LONG);
    try (Identity alice = withToken()) {
      assertThat(owners.shown(file(CELL, 3))).as("without a token").isEqualTo(1001);
      assertThat(owners.meant(NO_TOKEN, file(CELL, 1), 1002)).as("without a token").isEqualTo(66);
      assertThat(owners.meant(alice.now(), file(CELL, 1), 1002)).isEqualTo(2);
      assertThat(users.askedByName).containsExactly(NO_TOKEN, alice.now());
      assertThat(owners.meant(alice.now(), file(CELL, 3), 1001)).as("shown as alice").isEqualTo(1);
      assertThat(owners.meant(NO_TOKEN, file(CELL, 3), 1001)).as("what it is").isEqualTo(3);
    }
  }

  /** An owner who is somebody here by more than one line stays who he is. */
  @Test
  void anOwnerThatIsShownStaysIfHeIsThatForSure() throws Exception {
    UserMap map =
        UserMap.ofLines(List.of("alice 1500", "bob 1500", "1 1501", "carol 65534"), users);
    users.forged = Map.of(2, "bob", 5, "bob");
    MappedOwners owners = new MappedOwners(CELL, users, map, LONG, nanos::get);
    try (Identity alice = withToken()) {
      assertThat(owners.meant(alice.now(), file(CELL, 2), 1500)).isEqualTo(2);
      assertThat(owners.meant(alice.now(), file(CELL, 1), 1501)).as("by number").isEqualTo(1);
      assertThat(owners.meant(alice.now(), file(CELL, 5), 1500)).as("nobody for sure").isEqualTo(1);
      assertThat(owners.meant(alice.now(), file(CELL, 3), NOBODY)).as("carol").isEqualTo(3);
      assertThat(owners.meant(alice.now(), file("other.example", 2), NOBODY)).isEqualTo(2);
    }
  }

  @Test
  void anOwnerThatStaysIsAskedForOnceAnHourWithTheSameToken() throws Exception {
    MappedOwners owners = byNames(LONG);
    try (Identity alice = withToken()) {
      for (int i = 0; i < 3; i++) {
        assertThat(owners.meant(alice.now(), file(CELL, 1), 1001)).isEqualTo(1);
      }
      Caller before = alice.now();
      assertThat(users.askedById).containsExactly(NO_TOKEN, before);
      alice.set(CELL, RxkadToken.of("bob", 256, new byte[100], new byte[8], Instant.MAX));
      assertThat(owners.meant(alice.now(), file(CELL, 1), 1001)).isEqualTo(1);
      assertThat(users.askedById).containsExactly(NO_TOKEN, before, alice.now());
      pass(Duration.ofMinutes(61));
      assertThat(owners.meant(alice.now(), file(CELL, 1), 1001)).isEqualTo(1);
      Eventually.until(() -> users.askedById.size() == 5, () -> users.askedById);
      assertThat(users.askedById.stream().filter(alice.now()::equals)).hasSize(2);
      assertThat(users.askedByName).isEmpty();
    }
  }

  @Test
  void aFileOfUsersSaysWhoIsWho() throws Exception {
    UserMap map =
        UserMap.ofLines(
            List.of("# AFS  here", "", "1 1500 # by numbers", "bob alice", " 4\t root ", "5 1500"),
            users);
    MappedOwners owners = new MappedOwners(CELL, users, map, LONG, nanos::get);
    assertThat(owners.shown(file(CELL, 1))).isEqualTo(1500);
    assertThat(users.asked).as("nobody needs that name").isEmpty();
    assertThat(owners.shown(file(CELL, 2))).isEqualTo(1001);
    assertThat(owners.shown(file(CELL, 3))).isEqualTo(NOBODY);
    assertThat(owners.shown(file(CELL, 4))).isZero();
    assertThat(owners.meant(NO_TOKEN, file(CELL, 3), 1500)).as("the first line").isEqualTo(1);
    assertThat(owners.meant(NO_TOKEN, file(CELL, 5), 1500)).as("what it is").isEqualTo(5);
    assertThat(owners.meant(NO_TOKEN, file(CELL, 3), 1001)).isEqualTo(2);
    assertThatExceptionOfType(AfsException.InvalidArgument.class)
        .isThrownBy(() -> owners.meant(NO_TOKEN, file(CELL, 3), 1002));
  }

  @Test
  void aFileOfNumbersNeedsNoServer() throws Exception {
    UserMap map = UserMap.ofLines(List.of("1 1500"), users);
    MappedOwners owners = new MappedOwners(CELL, users, map, LONG, nanos::get);
    assertThat(owners.shown(file(CELL, 2))).isEqualTo(NOBODY);
    assertThat(users.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1,line 2 is not of the form AFS-USER LOCAL-USER",
    "1 2 3,line 2 is not of the form AFS-USER LOCAL-USER",
    "alice zoe,line 2: there is no user zoe on this machine",
    "5000000000 1,line 2: 5000000000 is no number of a user",
    "carol 7,line 2 names the AFS user carol once more"
  })
  void aLineThatMakesNoSenseIsNamed(String line, String message) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> UserMap.ofLines(List.of("carol 5", line), users))
        .withMessage(message);
  }

  @Test
  void allFilesCanBeOnes() throws Exception {
    var owner = new SingleOwner(1000);
    assertThat(owner.shown(file(CELL, 5))).isEqualTo(1000);
    assertThat(owner.shown(file("", 0))).isEqualTo(1000);
    assertThat(owner.meant(NO_TOKEN, file(CELL, 5), 1000)).as("what it is").isEqualTo(5);
    assertThatExceptionOfType(AfsException.InvalidArgument.class)
        .isThrownBy(() -> owner.meant(NO_TOKEN, file(CELL, 5), 0));
  }

  @Test
  void theCLibraryKnowsUsers() throws Exception {
    LocalUsers machine = LocalUsers.ofMachine();
    assertThat(machine.number("root")).hasValue(0);
    assertThat(machine.name(0)).hasValue("root");
    assertThat(machine.number("no such user, for sure")).isEmpty();
    assertThat(machine.name(0x7ffffff0)).isEmpty();
  }

  @Test
  void anErrorOfALookUpIsNotThatThereIsNobody() throws Exception {
    assertThat(PasswdUsers.isFound(0, null)).isFalse();
    assertThat(PasswdUsers.isFound(1, null)).as("EPERM").isFalse();
    assertThat(PasswdUsers.isFound(9, null)).as("EBADF").isFalse();
    assertThat(PasswdUsers.isFound(2, null)).as("ENOENT").isFalse();
    assertThat(PasswdUsers.isFound(3, null)).as("ESRCH").isFalse();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> PasswdUsers.isFound(11, null))
        .withMessageContaining("error 11");
  }
}
