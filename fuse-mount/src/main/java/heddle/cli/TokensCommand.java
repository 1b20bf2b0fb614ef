package heddle.cli;

import heddle.control.TokenFacts;
import heddle.control.TokenStore.Distinction;
import heddle.fuse.MountException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heddle tokens}. */
@Command(
    name = "tokens",
    description = "Show which tokens the mounts have of you; nobody else's can be seen.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  heddle tokens --json",
      "",
      "Where a mount has no token of you for a cell, you are anybody (system:anyuser) there."
    })
final class TokensCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MountChoice choice = new MountChoice();

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  TokensCommand(Console console) {
    this.console = console;
  }

  private void say(String message) {
    console.err().println(Complaint.of(spec, message));
  }

  @Override
  public Integer call() throws IOException, MountException {
    common.apply();
    Instant now = console.surroundings().now();
    int result = Heddle.OK;
    var objects = new ArrayList<Map<String, Object>>();
    List<MountChoice.Target> targets = choice.targets(console.surroundings(), this::say);
    try (var output = new Output(console)) {
      for (MountChoice.Target target : targets) {
        List<TokenFacts> tokens;
        try {
          tokens = target.control().tokens();
        } catch (IOException e) {
          say(target.shown() + ": " + Failures.describe(e));
          result = Heddle.FAILED;
          continue;
        }
        if (!json) {
          output.text(heading(target, tokens)).newLine();
        }
        for (TokenFacts token : tokens) {
          var text = new TokenText(target.point(), token.cell(), token.client());
          if (json) {
            objects.add(text.json(token.expiry(), now));
          } else {
            output.text(text.line(token.expiry(), now)).newLine();
          }
        }
      }
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
    }
    return result;
  }

  private static String heading(MountChoice.Target target, List<TokenFacts> tokens) {
    boolean sessions = target.facts().distinction() == Distinction.SESSION;
    String whose = sessions ? " of you in this session" : " of you";
    return target.shown()
        + (tokens.isEmpty()
            ? ": no tokens" + whose + "; get one: heddle login"
            : ": tokens" + whose);
  }
}
