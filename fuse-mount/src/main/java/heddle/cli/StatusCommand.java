package heddle.cli;

import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import heddle.control.MountControl;
import heddle.control.MountFacts;
import heddle.control.MountStatus;
import heddle.control.TokenFacts;
import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle status}. */
@Command(
    name = "status",
    description = {
      "Show what your mounts do (root: all mounts).",
      "Their servers and how fast they answer, calls under way and what they wait for,"
          + " use of the cache, written data that are not stored, tokens."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle status",
      "  heddle status --json /mnt/afs",
      "",
      "Only who mounted, and root, see calls under way. Tokens are yours; nobody else's are"
          + " shown."
    })
final class StatusCommand implements Callable<Integer> {
  private static final int ROOT = 0;

  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  @Parameters(arity = "0..1", paramLabel = "MOUNTPOINT", description = "Only this mount.")
  private @Nullable String mountPoint;

  StatusCommand(Console console) {
    this.console = console;
  }

  /** What a mount answered. */
  record Answers(
      ReachableMount mount, MountFacts facts, MountStatus status, List<TokenFacts> tokens) {}

  @Override
  public Integer call() throws IOException, MountException {
    common.apply();
    List<ReachableMount> mounts = mounts();
    if (mounts.isEmpty()) {
      console.err().println("heddle status: there is no mount of yours; make one: heddle mount");
    }
    int code = Heddle.OK;
    Instant now = console.surroundings().now();
    var objects = new ArrayList<Map<String, Object>>();
    try (var output = new Output(console)) {
      for (ReachableMount mount : mounts) {
        try {
          var text = new MountStatusText(ask(mount), now);
          if (json) {
            objects.add(text.json());
          } else {
            output.text(text.lines());
          }
        } catch (BrokenPipeException e) {
          throw e;
        } catch (MountException e) {
          console.err().println(Complaint.of(spec, String.valueOf(e.getMessage())));
          code = Heddle.FAILED;
        } catch (IOException e) {
          console
              .err()
              .println(
                  Complaint.of(spec, PathBytes.shown(mount.point()) + ": " + Failures.describe(e)));
          code = Heddle.FAILED;
        }
      }
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
    }
    return code;
  }

  private List<ReachableMount> mounts() throws MountException {
    Surroundings surroundings = console.surroundings();
    if (mountPoint != null) {
      return List.of(surroundings.mount(PathBytes.toPath(RawArguments.toBytes(mountPoint))));
    }
    int uid = surroundings.uid();
    return surroundings.mounts().stream()
        .filter(mount -> uid == ROOT || mount.owner() == uid)
        .toList();
  }

  private static Answers ask(ReachableMount mount) throws IOException, MountException {
    MountControl control = mount.reach();
    return new Answers(
        mount,
        control.describe(),
        control.fs().ask(new FsRequest.ReadStatus(), FsAnswer.Status.class).status(),
        control.tokens());
  }
}
