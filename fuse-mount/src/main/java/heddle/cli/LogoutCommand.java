package heddle.cli;

import heddle.fuse.MountException;
import heddle.fuse.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle logout}. */
@Command(
    name = "logout",
    description = "Have the mounts forget your tokens; files that you have open become anybody's.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle logout                            (all cells)",
      "  heddle logout other.example",
      "",
      "Your Kerberos tickets stay; kdestroy drops those."
    })
final class LogoutCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MountChoice choice = new MountChoice();

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  @Parameters(arity = "0..1", paramLabel = "CELL", description = "The cell; default: all.")
  private @Nullable String cell;

  LogoutCommand(Console console) {
    this.console = console;
  }

  private void say(String message) {
    console.err().println(Complaint.of(spec, message));
  }

  @Override
  public Integer call() throws IOException, MountException {
    common.apply();
    int result = Heddle.OK;
    var objects = new ArrayList<Map<String, Object>>();
    try (var output = new Output(console)) {
      for (MountChoice.Target target : choice.targets(console.surroundings(), this::say)) {
        List<String> dropped;
        try {
          dropped = target.control().drop(Optional.ofNullable(cell));
        } catch (IOException e) { // the others must not keep their tokens for that
          say(target.shown() + ": " + Failures.describe(e));
          result = Heddle.FAILED;
          continue;
        }
        for (String each : dropped) {
          var fields = new LinkedHashMap<String, Object>();
          fields.put("mount", target.point().toString());
          fields.put("cell", each);
          objects.add(fields);
        }
        if (!json) {
          output
              .text(
                  target.shown()
                      + (dropped.isEmpty()
                          ? ": there was no token to drop"
                          : ": dropped your tokens for "
                              + Printable.of(String.join(", ", dropped))))
              .newLine();
        }
      }
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
    }
    return result;
  }
}
