package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Hundreds of processes that wait for a server which is not there, and one that does not. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug a server
final class CrowdIT {
  private static final int READERS = 300;
  private static final int MOST_THREADS = READERS + 80; // of the loop; of all else
  private static final int MORE_THAN_THREADS = 1100;
  private static final int MOST_KIBIBYTES = 512 << 10; // of memory, as docs/mount.md says

  @BeforeAll
  static void make() throws Exception {
    String files =
        IntStream.rangeClosed(1, MORE_THAN_THREADS)
            .mapToObj(i -> "file /" + i + " content\\n\n")
            .collect(Collectors.joining());
    TestVolumes.make("it.crowd", "fs2", files);
    TestVolumes.make(
        "it.quiet",
        "fs1",
        "acl / -204:127,-101:127\nmount /far #it.crowd.\ndir /dir\npattern /dir/a 300000\n");
  }

  /** Starts all readers; returns when each has its file open. */
  private static Shell.Running start(Mount mount, String script) throws IOException {
    Shell.Running readers = Shell.start(mount.point(), script);
    mount.log().await(mount.process(), " open /far/\\d+ -> 0", READERS);
    return readers;
  }

  /** Each reader tells how it ended and what it read or was told, in one write. */
  private static String readAll() {
    return "cd far; for i in $(seq %d); do (told=$(cat $i 2>&1); echo \"$? $told\") & done; wait"
        .formatted(READERS);
  }

  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void othersGoOnWhileReadersWait() throws Exception {
    try (Mount mount =
        Mount.startWith(
            List.of("HEDDLE_JAVA_OPTS="), // as users start it: a recording takes memory
            "--root-volume",
            "it.quiet",
            "--timeout",
            "3600",
            "--attr-timeout",
            "0")) {
      mount.out("", "ls -l far");
      RealCell.run("netdown", "fs2");
      Shell.Running readers;
      try {
        readers = start(mount, readAll());
        assertThat(mount.out("dir", "cat a | wc -c; echo new > b; cat b; mv b c; ls; rm c"))
            .isEqualTo("300000\nnew\na\nc\n");
        assertThat(readers.process().isAlive()).as("the readers still wait").isTrue();
        assertThat(status(mount, "Threads")).isLessThan(MOST_THREADS);
      } finally {
        RealCell.run("netup", "fs2");
      }
      assertThat(readers.result())
          .isEqualTo(new Shell.Result(0, "0 content\n".repeat(READERS), ""));
      assertThat(status(mount, "VmHWM")).isLessThan(MOST_KIBIBYTES);
    }
  }

  @Test
  void eachReaderIsToldThatNobodyAnswers() throws Exception {
    try (Mount mount = Mount.start("--root-volume", "it.quiet", "--timeout", "5")) {
      mount.out("", "ls -l far");
      RealCell.run("netdown", "fs2");
      try {
        assertThat(mount.out("", readAll()).lines())
            .hasSize(READERS)
            .allMatch(line -> line.matches("1 cat: \\d+: Connection timed out"));
      } finally {
        RealCell.run("netup", "fs2");
      }
      assertThat(mount.out("dir", "wc -c < a")).isEqualTo("300000\n");
    }
  }

  /** Looks at a file that nobody has looked at; returns the kernel's message if that fails. */
  private static String look(Mount mount, int number) {
    try {
      Path file = mount.point().resolve("far/" + number);
      return Files.size(file) == 0 ? "is empty" : "";
    } catch (FileSystemException e) {
      return String.valueOf(e.getReason());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void whenAllThreadsAreTakenHalfOfThoseWhoWaitInVainAreTold() throws Exception {
    try (Mount mount =
        Mount.start("--root-volume", "it.quiet", "--timeout", "3600", "--attr-timeout", "0")) {
      mount.out("", "ls far");
      RealCell.run("netdown", "fs2");
      List<String> told = new CopyOnWriteArrayList<>();
      List<Thread> all = new ArrayList<>();
      try {
        for (int i = 1; i <= MORE_THAN_THREADS; i++) {
          int number = i;
          all.add(Thread.ofPlatform().start(() -> told.add(look(mount, number))));
        }
        mount.log().await(mount.process(), "all 1024 threads were taken", 1);
        assertThat(mount.out("dir", "cat a | wc -c; ls")).isEqualTo("300000\na\n");
      } finally {
        RealCell.run("netup", "fs2");
      }
      for (Thread thread : all) {
        thread.join();
      }
      assertThat(told).hasSize(MORE_THAN_THREADS).containsOnly("", "Connection timed out");
      assertThat(told.stream().filter(String::isEmpty)).hasSizeBetween(500, 600);
    }
  }

  /** Returns a number that the kernel tells of the mount's process. */
  private static int status(Mount mount, String what) throws IOException {
    return Files.readAllLines(Path.of("/proc", "" + mount.process().pid(), "status")).stream()
        .filter(line -> line.startsWith(what + ":"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
