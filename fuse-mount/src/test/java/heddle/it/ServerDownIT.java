package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file server that is not there does to its files, and to those of others. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to stop servers
final class ServerDownIT {
  private static final int TIMEOUT_SECONDS = 5; // of what is to fail
  private static final int LONG_TIMEOUT_SECONDS = 600;

  @BeforeAll
  static void make() throws Exception {
    TestVolumes.make("it.far", "fs2", "file /known known\\n\npattern /unread 300000\n");
    TestVolumes.make(
        "it.near", "fs1", "mount /far #it.far.\ndir /dir\nfile /dir/a near\\n\ndir /dir/b\n");
  }

  private static Mount mount(int timeoutSeconds) {
    return Mount.start("--root-volume", "it.near", "--timeout", String.valueOf(timeoutSeconds));
  }

  /** A server that is stopped is reported by its host; one without a cable is silent. */
  @ParameterizedTest
  @CsvSource({"fsstop, fsstart", "netdown, netup"})
  void fails(String stop, String start) throws Exception {
    String far = TestVolumes.address("fs2");
    try (Mount mount = mount(TIMEOUT_SECONDS)) {
      mount.out("far", "ls -l && cat known");
      RealCell.run(stop, "fs2");
      try {
        int mark = mount.log().mark();
        Shell.Result result = mount.shell("", "cat far/unread");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
            .matches("cat: far/unread: (Connection timed out|Input/output error)\n");
        assertThat(mount.log().since(mark))
            .anyMatch(line -> line.contains(" WARN ") && line.contains(far));
      } finally {
        RealCell.run(start, "fs2");
      }
      assertThat(readWhenItIsBack(mount)).isEqualTo("300000\n000000000299984\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"fsstop, fsstart", "netdown, netup"})
  @OpenAfsOnly("an embedded cell has one file server")
  void holdsNobodyUpWhoDoesNotNeedIt(String stop, String start) throws Exception {
    try (Mount mount = mount(LONG_TIMEOUT_SECONDS)) {
      mount.out("far", "ls -l && cat known");
      Shell.Running reader;
      RealCell.run(stop, "fs2");
      try {
        reader = Shell.start(mount.point(), "cat far/unread | wc -c");
        mount.awaitLog(" open /far/unread -> 0");

        assertThat(mount.out("", "ls dir && cat dir/a")).isEqualTo("a\nb\nnear\n");
        assertThat(mount.out("", "cat far/known")).as("what is cached").isEqualTo("known\n");
        assertThat(reader.process().isAlive()).as("the reader still waits").isTrue();
      } finally {
        RealCell.run(start, "fs2");
      }
      assertThat(reader.result()).isEqualTo(new Shell.Result(0, "300000\n", ""));
    }
  }

  /** Tries again and again: it is the mount that waits. */
  private static String readWhenItIsBack(Mount mount) {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    Shell.Result result;
    do {
      result = mount.shell("", "wc -c <far/unread && tail -n 1 far/unread");
    } while (result.exit() != 0 && System.nanoTime() < endNanos);
    return result.out();
  }

  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void readOnlyCopyOnTheOtherServerTakesOver() throws Exception {
    try (Mount mount = Mount.start()) {
      String volume = RealCell.name() + "/repl";
      assertThat(mount.out(volume, "cat version")).isEqualTo("1\n");

      RealCell.run("fsstop", "fs1"); // its location database lives on
      try {
        assertServedBy("fs2", mount, "cat " + volume + "/data", "replicated data\n");
      } finally {
        RealCell.run("fsstart", "fs1");
      }

      RealCell.run("netdown", "fs2");
      try {
        assertServedBy("fs1", mount, "cat " + volume + "/d/x", "x\n");
      } finally {
        RealCell.run("netup", "fs2");
      }
    }
  }

  private static void assertServedBy(String host, Mount mount, String read, String content) {
    int mark = mount.log().mark();
    assertThat(mount.out("", read)).isEqualTo(content);
    String served = ".*/" + TestVolumes.address(host) + ":7000 FetchData64 [0-9.]+";
    assertThat(mount.callsSince(mark)).anyMatch(line -> line.matches(served));
  }

  /** Without a mount, by a client that knows nothing yet. */
  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void commandsReadFromTheServerThatIsThere() throws Exception {
    RealCell.run("netdown", "fs2");
    try {
      String path = "/afs/" + RealCell.name();
      assertThat(HeddleCommand.run("cat", path + "/repl/data").out())
          .isEqualTo("replicated data\n");
      Shell.Result result =
          HeddleCommand.run(
              "cat --root-volume it.near --timeout " + TIMEOUT_SECONDS, "/far/unread /dir/a");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.out()).isEqualTo("near\n");
      assertThat(result.err()).contains("heddle cat: /far/unread: ", TestVolumes.address("fs2"));
    } finally {
      RealCell.run("netup", "fs2");
    }
  }
}
