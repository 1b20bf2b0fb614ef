package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks on files of a real cell, through two mounts, as programs see them. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to restart a server
final class LocksIT {
  /** The killed server may take long to come back on a slow machine. */
  private static final String TIMEOUT_SECONDS = "300";

  private static final String EAGAIN = "errno 11";
  private static final String EINTR = "errno 4";
  private static final String EIO = "errno 5";
  private static final String EBADF = "errno 9";
  private static final String EDEADLK = "errno 35";

  private static final AtomicInteger FILES = new AtomicInteger();

  private static Mount first;
  private static Mount second;
  private static String directory;

  private String name;

  @BeforeAll
  static void mount() {
    first = Mount.start("--timeout", TIMEOUT_SECONDS);
    second = Mount.start("--timeout", TIMEOUT_SECONDS);
    directory = RealCell.name() + "/scratch/locks-" + ProcessHandle.current().pid();
    first.out(".", "mkdir " + directory);
  }

  @AfterAll
  static void end() {
    second.close();
    first.close();
  }

  @BeforeEach
  void makeFile() {
    name = "file-" + FILES.incrementAndGet();
    first.out(directory, "printf 0123456789 > " + name);
  }

  private Path in(Mount mount) {
    return mount.point().resolve(directory).resolve(name);
  }

  @Test
  void flockExcludesOtherMounts() {
    try (Locker here = Locker.writing(in(first));
        Locker there = Locker.reading(in(second))) {
      assertThat(here.run("flock ex nb")).isEqualTo("ok");
      assertThat(there.run("flock ex nb")).isEqualTo(EAGAIN);
      assertThat(there.run("flock sh nb")).isEqualTo(EAGAIN);
      assertThat(here.run("flock sh nb")).isEqualTo("ok");
      assertThat(there.run("flock sh nb")).isEqualTo("ok");
      assertThat(here.run("flock un")).isEqualTo("ok");
      assertThat(there.run("flock sh nb")).isEqualTo("ok");
      assertThat(here.run("flock sh nb")).isEqualTo("ok");
      assertThat(here.run("flock ex nb")).isEqualTo(EAGAIN);
    }
  }

  @Test
  void whoWaitsForAnotherMountGetsTheLock() {
    try (Locker here = Locker.writing(in(first));
        Locker there = Locker.writing(in(second))) {
      assertThat(here.run("flock ex")).isEqualTo("ok");
      int mark = second.log().mark();
      CompletableFuture<String> waiting = there.begin("flock ex");
      Eventually.until(
          () -> second.callsSince(mark).stream().anyMatch(line -> line.contains("SetLock")),
          () -> second.log());
      assertThat(waiting).isNotDone();
      assertThat(here.run("flock un")).isEqualTo("ok");
      assertThat(Locker.await(waiting)).isEqualTo("ok");
    }
  }

  @Test
  void twoMountsThatShareAFileAndWantItAloneGetItOneAfterTheOther() {
    try (Locker here = Locker.writing(in(first));
        Locker there = Locker.writing(in(second))) {
      assertThat(here.run("flock sh")).isEqualTo("ok");
      assertThat(there.run("flock sh")).isEqualTo("ok");
      CompletableFuture<String> mine = here.begin("flock ex");
      CompletableFuture<String> its = there.begin("flock ex");
      CompletableFuture.anyOf(mine, its).join();
      boolean isMine = mine.isDone();
      assertThat(Locker.await(isMine ? mine : its)).isEqualTo("ok");
      assertThat(isMine ? its : mine).isNotDone();
      assertThat((isMine ? here : there).run("flock un")).isEqualTo("ok");
      assertThat(Locker.await(isMine ? its : mine)).isEqualTo("ok");
    }
  }

  @Test
  void rangesAreExactInOneMountAndWholeForTheOther() {
    try (Locker one = Locker.writing(in(first));
        Locker two = Locker.writing(in(first));
        Locker there = Locker.reading(in(second))) {
      assertThat(one.run("range w 0 10 try")).isEqualTo("ok");
      assertThat(two.run("range w 10 10 try")).isEqualTo("ok");
      assertThat(two.run("range r 5 1 try")).isEqualTo(EAGAIN);
      assertThat(two.run("range r 5 1 get")).isEqualTo("1 0 10");
      assertThat(there.run("range r 50 1 try")).isEqualTo(EAGAIN);
      assertThat(there.run("range r 50 1 get")).isEqualTo("1 0 0");
      assertThat(one.run("range u 3 4 try")).isEqualTo("ok");
      assertThat(two.run("range w 3 4 try")).isEqualTo("ok");
      assertThat(two.run("range w 2 1 try")).isEqualTo(EAGAIN);
      assertThat(one.run("range u 0 0 try")).isEqualTo("ok");
      assertThat(there.run("range r 50 1 try")).isEqualTo(EAGAIN);
      assertThat(two.run("range u 0 0 try")).isEqualTo("ok");
      assertThat(there.run("range r 50 1 try")).isEqualTo("ok");
    }
  }

  @Test
  void readersOfTwoMountsShareAFile() {
    try (Locker here = Locker.reading(in(first));
        Locker there = Locker.reading(in(second));
        Locker writer = Locker.writing(in(second))) {
      assertThat(here.run("range r 0 10 try")).isEqualTo("ok");
      assertThat(there.run("range r 0 10 try")).isEqualTo("ok");
      assertThat(writer.run("range w 20 10 try")).isEqualTo(EAGAIN);
    }
  }

  @Test
  void whoHasTheLockReadsWhatTheOtherHasLeft() {
    try (Locker here = Locker.writing(in(first));
        Locker there = Locker.writing(in(second))) {
      for (int i = 0; i < 5; i++) {
        assertThat(here.run("range w 0 0 wait")).isEqualTo("ok");
        assertThat(here.run("write 0 here" + i)).isEqualTo("ok");
        assertThat(here.run("write " + (20 + 2 * i) + " x")).isEqualTo("ok");
        assertThat(here.run("range u 0 0 try")).isEqualTo("ok");

        assertThat(there.run("range w 0 0 wait")).isEqualTo("ok");
        assertThat(there.run("read 0 5")).isEqualTo("data here" + i);
        assertThat(there.run("size")).isEqualTo(String.valueOf(21 + 2 * i));
        assertThat(there.run("write 0 thar" + i)).isEqualTo("ok");
        assertThat(there.run("range u 0 0 try")).isEqualTo("ok");

        assertThat(here.run("flock sh")).isEqualTo("ok");
        assertThat(here.run("read 0 5")).isEqualTo("data thar" + i);
        assertThat(here.run("flock un")).isEqualTo("ok");
      }
    }
  }

  @Test
  void signalsEndAWait() {
    try (Locker here = Locker.writing(in(first));
        Locker neighbour = Locker.writing(in(first));
        Locker there = Locker.writing(in(second))) {
      assertThat(here.run("flock ex")).isEqualTo("ok");
      assertThat(here.run("range w 0 1 try")).isEqualTo("ok");
      assertThat(there.run("alarm flock")).isEqualTo(EINTR);
      assertThat(neighbour.run("alarm flock")).isEqualTo(EINTR);
      assertThat(neighbour.run("alarm range w 0 1 wait")).isEqualTo(EINTR);
      assertThat(here.run("flock un")).isEqualTo("ok");
      assertThat(here.run("range u 0 0 try")).isEqualTo("ok");
      assertThat(there.run("flock ex nb")).isEqualTo("ok");
    }
  }

  @Test
  void twoProcessesThatWaitForEachOtherAreToldSo() {
    try (Locker one = Locker.writing(in(first));
        Locker two = Locker.writing(in(first))) {
      assertThat(one.run("range w 0 1 try")).isEqualTo("ok");
      assertThat(two.run("range w 1 1 try")).isEqualTo("ok");
      CompletableFuture<String> waiting = one.begin("range w 1 1 wait");
      CompletableFuture<String> other = two.begin("range w 0 1 wait");
      CompletableFuture.anyOf(waiting, other).join();
      boolean oneIsTold = waiting.isDone();
      assertThat(Locker.await(oneIsTold ? waiting : other)).isEqualTo(EDEADLK);
      assertThat((oneIsTold ? one : two).run("range u 0 0 try")).isEqualTo("ok");
      assertThat(Locker.await(oneIsTold ? other : waiting)).isEqualTo("ok");
    }
  }

  @Test
  void whatDiesOrClosesHasNoLocks() {
    try (Locker there = Locker.writing(in(second))) {
      try (Locker here = Locker.writing(in(first))) {
        assertThat(here.run("flock ex")).isEqualTo("ok");
        here.kill();
        assertThat(there.run("flock ex")).isEqualTo("ok");
        assertThat(there.run("flock un")).isEqualTo("ok");
      }
      try (Locker here = Locker.writing(in(first))) {
        assertThat(here.run("range w 0 10 try")).isEqualTo("ok");
        assertThat(here.run("close")).isEqualTo("ok");
        assertThat(there.run("range w 0 10 try")).isEqualTo("ok");
        assertThat(there.run("range u 0 0 try")).isEqualTo("ok");
      }
      try (Locker here = Locker.writing(in(first))) {
        assertThat(here.run("range w 0 10 ofd")).isEqualTo("ok");
        assertThat(there.run("range w 0 10 try")).isEqualTo(EAGAIN);
        assertThat(here.run("close")).isEqualTo("ok");
        assertThat(there.run("range w 0 10 wait")).isEqualTo("ok");
      }
    }
  }

  @Test
  void theEndOfAMountReleasesItsLocks() {
    try (Locker there = Locker.writing(in(second))) {
      Locker here;
      try (Mount third = Mount.start()) {
        here = Locker.writing(in(third));
        assertThat(here.run("flock ex")).isEqualTo("ok");
        assertThat(there.run("flock ex nb")).isEqualTo(EAGAIN);
      }
      assertThat(there.run("flock ex nb")).isEqualTo("ok");
      here.close();
    }
  }

  @Test
  void openAfsSeesTheSameLocks() throws Exception {
    String fid = HeddleCommand.fids("/afs/" + directory + "/" + name)[0].strip();
    try (Locker here = Locker.writing(in(first))) {
      assertThat(here.run("range w 3 4 try")).isEqualTo("ok");
      assertThat(afsio("timeout 10 afsio fidlock", fid)).contains("failed"); // it goes on for ever
      assertThat(here.run("range u 0 0 try")).isEqualTo("ok");
      assertThat(afsio("afsio fidlock", fid)).isEmpty();
      assertThat(here.run("flock sh nb")).isEqualTo(EAGAIN);
      CompletableFuture<String> waiting = here.begin("flock sh");
      assertThat(afsio("afsio fidunlock", fid)).isEmpty();
      assertThat(Locker.await(waiting)).isEqualTo("ok");
    }
  }

  /** Returns its complaints. */
  private static String afsio(String command, String fid) throws Exception {
    return RealCell.run(
        "on",
        "cli2",
        "sh",
        "-c",
        "export "
            + Peer.AFSIO_ENVIRONMENT
            + "; "
            + command
            + " -fid "
            + fid
            + " -cell "
            + RealCell.name()
            + " -clear 2>&1 || echo failed");
  }

  @Test
  void readOnlyVolumesHaveSharedLocksOnly() {
    Path file = first.point().resolve(RealCell.name()).resolve("repl/data");
    try (Locker here = Locker.reading(file)) {
      assertThat(here.run("flock sh")).isEqualTo("ok");
      assertThat(here.run("range r 0 10 try")).isEqualTo("ok");
      assertThat(here.run("range u 0 0 try")).isEqualTo("ok");
      assertThat(here.run("flock ex")).isEqualTo(EBADF);
    }
  }

  @Test
  void databasesOfSqliteAreSafe() throws Exception {
    String create = "sqlite3 db 'create table t(a); insert into t values(1);'";
    first.out(directory, create);
    try (Locker holder = Locker.writing(first.point().resolve(directory).resolve("db"))) {
      assertThat(holder.run("range w 0 1 try")).isEqualTo("ok"); // as a transaction would
      Shell.Result refused = second.shell(directory, "sqlite3 db 'insert into t values(99)'");
      assertThat(refused.err()).contains("database is locked");
    }
    List<Shell.Running> writers = new ArrayList<>();
    for (Mount mount : List.of(first, second)) {
      writers.add(
          Shell.start(
              mount.point().resolve(directory),
              "for i in 1 2 3 4 5 6 7 8 9 10; do"
                  + " sqlite3 -cmd '.timeout 60000' db 'insert into t values(1)' || exit 1; done"));
    }
    for (Shell.Running writer : writers) {
      Shell.Result result = writer.result();
      assertThat(result.err()).isEmpty();
      assertThat(result.exit()).isZero();
    }
    String check =
        "sqlite3 -cmd '.timeout 60000' db 'select sum(a) from t; pragma integrity_check'";
    assertThat(first.out(directory, check)).isEqualTo("21\nok\n");
    assertThat(second.out(directory, check)).isEqualTo("21\nok\n");
  }

  @Test
  void waitersHoldUpNobody() throws Exception {
    try (Locker here = Locker.writing(in(first))) {
      assertThat(here.run("flock ex")).isEqualTo("ok");
      List<Shell.Running> waiters = new ArrayList<>();
      for (Mount mount : List.of(first, second)) {
        waiters.add(
            Shell.start(
                mount.point().resolve(directory),
                "for i in $(seq 300); do flock " + name + " true & done; wait; echo all"));
      }
      int mark = second.log().mark();
      Eventually.until(
          () -> second.callsSince(mark).stream().anyMatch(line -> line.contains("SetLock")),
          () -> second.log());
      assertThat(first.out(directory, "ls; touch other-" + name)).contains(name);
      assertThat(second.out(directory, "ls")).contains("other-" + name);
      assertThat(here.run("flock un")).isEqualTo("ok");
      for (Shell.Running waiting : waiters) {
        Shell.Result result = waiting.result();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("all\n");
      }
    }
  }

  @Test
  void aLockOfARestartedServerIsLostToItsHolder() throws Exception {
    try (Locker holder = Locker.writing(in(first));
        Locker without = Locker.writing(in(first));
        Locker there = Locker.writing(in(second))) {
      assertThat(holder.run("flock ex")).isEqualTo("ok");
      assertThat(holder.run("write 0 kept")).isEqualTo("ok");
      first.out(directory, "sync " + name);
      RealCell.run("fskill", "fs1"); // it is started again, and has forgotten us
      first.shell(directory, "touch contact"); // the server says then that it is new
      first.awaitLog("the server was restarted");
      assertThat(holder.run("write 0 lost")).isEqualTo(EIO);
      assertThat(holder.run("flock un")).isEqualTo("ok");
      assertThat(without.run("write 4 more")).isEqualTo("ok");
      assertThat(there.run("read 0 4")).isNotEqualTo("data lost");
    }
  }
}
