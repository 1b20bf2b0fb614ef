package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.fuse.AfsTree;
import heddle.fuse.Owners;
import heddle.fuse.PathBytes;
import heddle.owners.LocalUsers;
import heddle.owners.MappedOwners;
import heddle.owners.SingleOwner;
import heddle.owners.UserMap;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option that says as whose files a mount shows files. */
final class OwnerOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--owner",
      paramLabel = "self|passwd|FILE",
      description =
          "Whose files are shown to be: those of who mounts (self), of the user who has the"
              + " same name here as in the first cell (passwd), or of whom a file names, with a"
              + " line 'AFS-USER LOCAL-USER' for each, both by name or number. Who has nobody is"
              + " 'nobody'. By default owners have their AFS ids. What anybody may do does not"
              + " depend on it.")
  private @Nullable String owner;

  /**
   * Returns what makes the owners of a tree.
   *
   * @param uid number of the user who mounts
   * @param local the users of this machine, if they are needed
   */
  Function<AfsTree, Owners> owners(AfsConfig config, int uid, Supplier<LocalUsers> local) {
    String asked = owner;
    if (asked == null) {
      return tree -> Owners.AS_IN_AFS;
    }
    if (asked.equals("self")) {
      return tree -> new SingleOwner(uid);
    }
    UserMap map = asked.equals("passwd") ? UserMap.byNames(local.get()) : file(asked, local.get());
    String cell =
        config
            .thisCell()
            .orElseThrow(() -> wrong("--owner needs to know whose users are meant: --cell NAME"));
    return tree -> new MappedOwners(cell, tree.users(), map);
  }

  private UserMap file(String name, LocalUsers local) {
    Path file = PathBytes.toPath(RawArguments.toBytes(name));
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw wrong("--owner: " + Heddle.shown(name) + " is no text");
    } catch (IOException e) {
      throw wrong("--owner: cannot read " + Heddle.shown(name) + ": " + Failures.describe(e));
    }
    try {
      return UserMap.ofLines(lines, local);
    } catch (IOException e) {
      throw wrong("--owner: " + Heddle.shown(name) + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
