package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.cli.FakeSurroundings.FakeMount;
import heddle.control.NoSessionException;
import heddle.fuse.MemoryTree;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heddle login}, {@code tokens} and {@code logout}, on mounts in memory. */
class LoginCommandTest {
  private static final int ROOT = 0;

  private final CommandRun heddle = new CommandRun();
  private final FakeSurroundings machine = heddle.surroundings;

  private int run(String... arguments) {
    return heddle.runExactly(arguments);
  }

  @Test
  void aTicketBecomesATokenOfTheMountsOwnCell() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);

    assertThat(run("login")).as(heddle.err()).isZero();

    assertThat(mount.tokens).containsOnlyKeys(MemoryTree.CELL);
    assertThat(machine.asked).containsExactly("cache memory.example [db]");
    assertThat(heddle.out())
        .startsWith("/mnt/afs: token of alice@REALM for memory.example, until ")
        .contains("(10:00 h)");
  }

  @Test
  void theKeyOfTheCellMakesTokensForAnybody(@TempDir Path directory) throws IOException {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    Path file = directory.resolve("KeyFileExt");
    try (ServiceKeys keys = ServiceKeys.generated()) {
      keys.saveKeyFileExt(file);
    }

    assertThat(run("login", "--cell-key", file.toString(), "--principal", "carol"))
        .as(heddle.err())
        .isZero();
    assertThat(mount.tokens).containsOnlyKeys(MemoryTree.CELL);
    assertThat(heddle.out()).startsWith("/mnt/afs: token of carol for memory.example, until ");

    assertThat(run("login", "--cell-key", file.toString())).isEqualTo(2);
    assertThat(heddle.err()).contains("--principal NAME");
    assertThat(run("login", "--cell-key", "x", "--keytab", "y", "--principal", "z")).isEqualTo(2);
    assertThat(run("login", "--cell-key", directory + "/none", "--principal", "z")).isEqualTo(1);
  }

  @Test
  void theCellCanBeNamedAsTheMountKnowsIt() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);

    assertThat(run("login", "OTHER.example")).isZero();
    assertThat(mount.tokens).containsOnlyKeys("other.example");

    assertThat(run("login", "unknown.example")).isEqualTo(1);
    assertThat(heddle.err()).contains("/mnt/afs does not know cell unknown.example");
    mount.ownCell = "";
    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("heddle login CELL");
  }

  @Test
  void allMountsOfRootAndOnesOwnGetTokensAndOthersOnlyWhenNamed() {
    FakeMount ofRoot = machine.addMount("/mnt/afs", ROOT);
    FakeMount mine = machine.addMount("/home/me/afs", FakeSurroundings.UID);
    FakeMount ofEve = machine.addMount("/home/eve/afs", 666);

    assertThat(run("login")).isZero();
    assertThat(ofRoot.tokens).hasSize(1);
    assertThat(mine.tokens).hasSize(1);
    assertThat(ofEve.tokens).isEmpty();

    assertThat(run("login", "--mount", "/home/eve/afs")).isZero();
    assertThat(ofEve.tokens).hasSize(1);
  }

  @Test
  void whereThereIsNoMountThatIsSaid() {
    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("heddle mount MOUNTPOINT");

    machine.addMount("/home/eve/afs", 666);
    assertThat(run("tokens")).isEqualTo(1);
    assertThat(heddle.err()).contains("/home/eve/afs of uid 666").contains("--mount");
  }

  @Test
  void aMountThatDoesNotLetOneInIsExplained() {
    machine.mounts.add(new ReachableMount(Path.of("/mnt/afs"), ROOT, () -> Optional.empty()));

    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("--allow-other");

    machine.mounts.set(0, new ReachableMount(Path.of("/mnt/\033c"), ROOT, () -> Optional.empty()));
    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("/mnt/\\x1bc does not answer you");

    FakeMount mine = machine.addMount("/home/me/afs", FakeSurroundings.UID);
    assertThat(run("login")).as("the other does not matter then").isZero();
    assertThat(mine.tokens).hasSize(1);
  }

  @Test
  void withoutTicketOneIsToldToRunKinit() {
    machine.addMount("/mnt/afs", ROOT);
    machine.tickets = Optional.empty();

    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("kinit");

    machine.noTickets = Optional.of(new IOException("The credential cache is KCM:"));
    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).isEqualTo("heddle login: The credential cache is KCM:\n");
  }

  @Test
  void aKeytabTakesThePlaceOfTickets() {
    machine.addMount("/mnt/afs", ROOT);

    assertThat(run("login", "--keytab", "/etc/job.keytab")).isZero();
    assertThat(run("login", "--keytab", "/k", "--principal", "job")).isZero();
    assertThat(machine.asked)
        .containsExactly(
            "keytab /etc/job.keytab first memory.example [db]",
            "keytab /k job memory.example [db]");

    assertThat(run("login", "--principal", "job")).isEqualTo(2);
    assertThat(heddle.err()).contains("--keytab");
  }

  @Test
  void renewingTokensOutliveTheirTickets() throws Exception {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    machine.pausesLeft = 3;

    run("login", "--renew");

    assertThat(machine.pauses).containsExactly(hours(8), hours(8), hours(8));
    assertThat(mount.tokens().getFirst().expiry())
        .isEqualTo(FakeSurroundings.START.plus(hours(34)));
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  @Test
  void aTicketThatIsNotNewerIsSaidAndTriedAgainAMinuteLater() {
    machine.addMount("/mnt/afs", ROOT);
    var expiry = FakeSurroundings.START.plus(hours(10));
    machine.tickets = Optional.of((cell, hosts) -> FakeSurroundings.token(expiry));
    machine.pausesLeft = 3;

    run("login", "--renew");

    assertThat(machine.pauses)
        .containsExactly(hours(8), Duration.ofMinutes(1), Duration.ofMinutes(1));
    assertThat(heddle.err()).contains("not newer").contains("kinit");
  }

  @Test
  void renewalGoesOnAfterFailuresAndEndsWithTheMount() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    List<Optional<IOException>> failures =
        List.of(
            Optional.empty(),
            Optional.of(new IOException("the KDC is away")),
            Optional.empty(),
            Optional.of(new ConnectException("nobody listens there")));
    int[] logins = {0};
    machine.tickets =
        Optional.of(
            (cell, hosts) -> {
              mount.failure = failures.get(logins[0]++);
              return FakeSurroundings.token(machine.now.plus(hours(10)));
            });

    assertThat(run("login", "--renew")).isZero();

    assertThat(machine.pauses).containsExactly(hours(8), Duration.ofMinutes(1), hours(8));
    assertThat(heddle.err()).contains("the KDC is away").contains("the mount has ended");
  }

  @Test
  void renewalGoesOnForTheMountsThatAreLeft() {
    FakeMount first = machine.addMount("/mnt/a", ROOT);
    FakeMount second = machine.addMount("/mnt/b", ROOT);
    machine.tickets =
        Optional.of(
            (cell, hosts) -> {
              if (!machine.pauses.isEmpty()) {
                first.failure = Optional.of(new ConnectException("nobody listens there"));
              }
              if (machine.pauses.size() == 3) {
                second.failure = first.failure;
              }
              return FakeSurroundings.token(machine.now.plus(hours(10)));
            });

    assertThat(run("login", "--renew")).isZero();

    assertThat(machine.pauses).containsExactly(hours(8), hours(8), hours(8));
    assertThat(heddle.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("/mnt/a: the mount has ended"),
            line -> assertThat(line).contains("/mnt/b: the mount has ended"));
  }

  @Test
  void aMountThatFailsStarvesNoOther() {
    FakeMount bad = machine.addMount("/mnt/bad", ROOT);
    FakeMount good = machine.addMount("/mnt/good", ROOT);
    bad.failure = Optional.of(new IOException("for a test"));
    machine.pausesLeft = 2;

    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("/mnt/bad: for a test");
    assertThat(good.tokens).hasSize(1);

    run("login", "--renew");
    assertThat(machine.pauses).as("the bad one is tried again").containsOnly(Duration.ofMinutes(1));
  }

  @Test
  void renewalEndsWhenTheUserLogsOut() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    machine.tickets =
        Optional.of(
            (cell, hosts) -> {
              machine.atPause = () -> mount.tokens.clear();
              return FakeSurroundings.token(machine.now.plus(hours(10)));
            });

    assertThat(run("login", "--renew")).isZero();

    assertThat(machine.pauses).containsExactly(hours(8));
    assertThat(mount.tokens).isEmpty();
    assertThat(heddle.err()).contains("dropped");
  }

  @Test
  void renewalEndsWhereTheSessionCannotBeTold() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    machine.atPause = () -> mount.silence = Optional.of(new NoSessionException());

    assertThat(run("login", "--renew")).isZero();

    assertThat(machine.pauses).containsExactly(hours(8));
    assertThat(heddle.err()).contains("/mnt/afs: ").contains("setsid");
  }

  @Test
  void aBadMountIsNamedAndDoesNotBreakCommandsForOthers() {
    FakeMount bad = machine.addMount("/mnt/bad", ROOT);
    bad.silence = Optional.of(new IOException("for a test"));
    assertThat(run("login")).as("there is no other").isEqualTo(1);
    assertThat(heddle.err()).contains("/mnt/bad: for a test");
    FakeMount good = machine.addMount("/mnt/good", ROOT);

    for (String command : List.of("login", "tokens", "logout")) {
      assertThat(run(command)).as(command).isZero();
      assertThat(heddle.out()).contains("/mnt/good").doesNotContain("/mnt/bad");
      assertThat(heddle.err()).contains("heddle " + command + ": /mnt/bad: for a test");
    }
    assertThat(good.tokens).isEmpty();
  }

  @Test
  void aMountWhoseSocketHasGoneHasToBeMountedAgain() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    mount.silence = Optional.of(new ConnectException("nobody listens there"));

    assertThat(run("login")).isEqualTo(1);
    assertThat(heddle.err()).contains("/mnt/afs").contains("mount again");
    assertThat(run("login", "--mount", "/mnt/afs")).isEqualTo(1);
    assertThat(heddle.err()).contains("mount again");
  }

  @Test
  void mountsThatDoNotKnowTheCellAreLeftOut() {
    FakeMount without = machine.addMount("/mnt/a", ROOT);
    FakeMount with = machine.addMount("/mnt/b", ROOT);
    without.otherCell = "third.example";

    assertThat(run("login", "other.example")).isZero();

    assertThat(without.tokens).isEmpty();
    assertThat(with.tokens).containsOnlyKeys("other.example");
  }

  @Test
  void tokensAreListedWithWhatToDo() {
    machine.addMount("/mnt/afs", ROOT);
    assertThat(run("tokens")).isZero();
    assertThat(heddle.out()).isEqualTo("/mnt/afs: no tokens of you; get one: heddle login\n");
    run("login");

    run("tokens");
    assertThat(heddle.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("/mnt/afs: tokens of you"),
            line ->
                assertThat(line).contains("memory.example").contains("alice@REALM").contains("h)"));

    machine.now = machine.now.plus(hours(11));
    run("tokens");
    assertThat(heddle.out()).contains("EXPIRED").contains("heddle login");
  }

  @Test
  void everythingIsSaidInJsonToo() {
    machine.addMount("/mnt/afs", ROOT);
    String token =
        "[{\"mount\":\"/mnt/afs\",\"cell\":\"memory.example\",\"client\":\"alice@REALM\","
            + "\"expires\":\"2026-01-01T10:00:00Z\",\"expired\":false}]\n";

    run("login", "--json");
    assertThat(heddle.out()).isEqualTo(token);
    run("tokens", "--json");
    assertThat(heddle.out()).isEqualTo(token);
    run("logout", "--json");
    assertThat(heddle.out()).isEqualTo("[{\"mount\":\"/mnt/afs\",\"cell\":\"memory.example\"}]\n");
    run("tokens", "--json");
    assertThat(heddle.out()).isEqualTo("[]\n");
  }

  @Test
  void scriptsGetThePathOfAMountAsItIs() {
    machine.addMount("/mnt/\033c", FakeSurroundings.UID);
    run("login");
    assertThat(heddle.out()).startsWith("/mnt/\\x1bc: token of alice@REALM ");
    for (String command : List.of("login", "tokens", "status", "logout")) {
      run(command, "--json");
      assertThat(heddle.out()).as(command).startsWith("[{\"mount\":\"/mnt/\\u001bc\",");
    }
  }

  @Test
  void logoutDropsAllOrOne() {
    FakeMount mount = machine.addMount("/mnt/afs", ROOT);
    run("login");
    run("login", "other.example");

    assertThat(run("logout", "other.example")).isZero();
    assertThat(heddle.out()).isEqualTo("/mnt/afs: dropped your tokens for other.example\n");
    assertThat(mount.tokens).containsOnlyKeys(MemoryTree.CELL);
    run("logout");
    assertThat(mount.tokens).isEmpty();
    run("logout");
    assertThat(heddle.out()).isEqualTo("/mnt/afs: there was no token to drop\n");
  }

  @Test
  void whatMountsOfOthersCallTheirCellsReachesNoTerminal() {
    FakeMount mount = machine.addMount("/mnt/eve", 666);
    mount.otherCell = "other\033c";
    run("login", "--mount", "/mnt/eve", "other\033c");
    assertThat(heddle.out()).startsWith("/mnt/eve: token of alice@REALM for other\\x1bc, until ");
    run("tokens", "--mount", "/mnt/eve");
    assertThat(heddle.out()).contains("  other\\x1bc ").doesNotContain("\033");
    run("logout", "--mount", "/mnt/eve");
    assertThat(heddle.out()).isEqualTo("/mnt/eve: dropped your tokens for other\\x1bc\n");
  }

  @Test
  void helpTeaches() {
    for (String command : List.of("login", "tokens", "logout")) {
      assertThat(run(command, "--help")).isZero();
      assertThat(heddle.out()).contains("Example").contains("--json").contains("--mount");
    }
  }
}
