package heddle.cli;

import heddle.afs.cell.EmbeddedCell;
import heddle.cli.Transcript.Step;
import heddle.fuse.MountException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle demo}. */
@Command(
    name = "demo",
    description = {
      "Show the whole thing: an AFS cell in this process, on two mounts.",
      "Some shell commands are run on the mounts, and what they give is checked. It"
          + " stays mounted until Ctrl-C. Nothing is left behind. What is missing (libfuse,"
          + " Maven, a JDK) is installed by apt-get: by root at once, with sudo after a"
          + " question."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {"  heddle demo", "  heddle demo --yes --exit      (for scripts)"})
final class DemoCommand implements Callable<Integer> {
  private static final String PREFIX = "heddle-demo-";
  private static final String FIRST = "afs";
  private static final String SECOND = "second";

  private static final String ROOT = FIRST + "/" + DemoCell.NAME;
  private static final String OTHER_ROOT = SECOND + "/" + DemoCell.NAME;
  private static final String HELLO = ROOT + "/user/alice/hello";
  private static final String PLAN = "/project/plan";

  private static final List<Step> STEPS =
      List.of(
          new Step(
              "A cell: volumes of the file server, mounted below each other",
              "ls -F " + ROOT,
              0,
              "README\ndoc/\nlatest@\nproject/\nuser/\n"),
          new Step(
              "A symbolic link into a read-only replica", "cat " + ROOT + "/latest", 0, "replicas"),
          new Step(
              "Nobody changes a replica",
              "touch " + ROOT + "/doc/more",
              1,
              "Read-only file system"),
          new Step(
              "Write; you are alice here",
              "echo 'Hello from the shell' > " + HELLO + " && cat " + HELLO,
              0,
              "^Hello from the shell\n$"),
          new Step(
              "", "chmod 640 " + HELLO + " && stat -c '%A %s %n' " + HELLO, 0, "^-rw-r----- 21 "),
          new Step(
              "Who may do what says the access list of the directory",
              "heddle fs listacl " + ROOT + "/user/alice/private",
              0,
              "Normal rights:\n  alice rlidwka\n"),
          new Step(
              "so bob, who is on the second client, may not",
              "cat " + OTHER_ROOT + "/user/alice/private/diary",
              1,
              "Permission denied"));

  private static final Step READ =
      new Step(
          "The second client reads a file, and the server promises to tell it of changes",
          "cat " + OTHER_ROOT + PLAN,
          0,
          "^Draw a plan.\n$");

  private static final Step CHANGE =
      new Step(
          "Alice changes the file on the first client ...",
          "echo 'Follow the plan.' >> " + ROOT + PLAN,
          0,
          "^$");

  private static final Step SEE =
      new Step(
          "... and the second one sees it at once",
          "cat " + OTHER_ROOT + PLAN,
          0,
          "^Draw a plan.\nFollow the plan.\n$");

  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--exit",
      description = "End after the commands; the status is 0 only if each gave what it should.")
  private boolean exit;

  @Option(names = "--yes", description = "Install what is missing without asking.")
  @SuppressWarnings("UnusedVariable") // bin/heddle has installed it before this runs
  private boolean yes;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, MountException, InterruptedException {
    common.apply();
    Path directory = Files.createTempDirectory(PREFIX);
    try (EmbeddedCell cell = DemoCell.start()) {
      return show(cell, directory);
    } finally {
      Files.deleteIfExists(directory.resolve(FIRST));
      Files.deleteIfExists(directory.resolve(SECOND));
      Files.deleteIfExists(directory);
    }
  }

  private int show(EmbeddedCell cell, Path directory)
      throws IOException, MountException, InterruptedException {
    int uid = console.surroundings().uid();
    try (DemoMount first = DemoMount.start(cell, directory.resolve(FIRST), DemoCell.ALICE, uid)) {
      first.stopAtSignals();
      try (DemoMount second = DemoMount.start(cell, directory.resolve(SECOND), DemoCell.BOB, uid)) {
        var transcript = new Transcript(console, directory);
        transcript.say(
            "An AFS cell runs at " + cell.address().getHostAddress() + ", mounted twice.");
        transcript.say("$ cd " + directory);
        boolean interrupted = !run(transcript, first, second);
        if (!exit && !interrupted) {
          tellWhatToTry(transcript, directory);
          first.awaitEnd(console.err()::println);
        }
        return transcript.failures() == 0 && !interrupted ? Heddle.OK : Heddle.FAILED;
      }
    }
  }

  /** Runs the commands; returns whether nobody unmounted meanwhile. */
  private static boolean run(Transcript transcript, DemoMount first, DemoMount second)
      throws IOException, InterruptedException {
    for (Step step : STEPS) {
      if (first.hasEnded()) {
        return false;
      }
      transcript.run(step);
    }
    transcript.run(READ);
    if (first.hasEnded()) {
      return false;
    }
    long before = second.breaksReceived();
    transcript.run(CHANGE);
    long breaks = second.breaksReceived() - before;
    transcript.run(SEE);
    if (transcript.check(breaks > 0, "the server did not call the second client back")) {
      transcript.say("(the server had called it back before alice's shell went on)");
    }
    return !first.hasEnded();
  }

  private static void tellWhatToTry(Transcript transcript, Path directory) throws IOException {
    String heddle = Optional.ofNullable(System.getenv("HEDDLE_COMMAND")).orElse("heddle");
    String home = directory.resolve(ROOT) + "/user/alice";
    transcript.say(
        """

        Mounted until Ctrl-C: %1$s (you are alice)
                              %2$s (a second client, you are bob)
        Try in another terminal:
          cd %3$s && ls -la
          %4$s fs setacl %3$s/private bob read
          %4$s fs listquota %3$s
          %4$s status
        """
            .formatted(directory.resolve(ROOT), directory.resolve(OTHER_ROOT), home, heddle)
            .stripTrailing());
  }
}
