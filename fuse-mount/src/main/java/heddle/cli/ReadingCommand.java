package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Identity;
import heddle.fuse.AfsTree;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the commands that read paths have in common: the tree is opened and closed, and a path that
 * fails is told of and does not stop the others.
 */
record ReadingCommand(
    Console console,
    CommonOptions common,
    CellOptions cells,
    OwnTickets tickets,
    CommandSpec spec) {
  /** Does something with one path. */
  @FunctionalInterface
  interface PathAction {
    void run(AfsSource source, AfsPath path, String argument) throws IOException;
  }

  /** Runs {@code action} for each argument; returns the exit code. */
  int forEach(List<String> arguments, PathAction action) throws IOException {
    List<AfsPath> paths = arguments.stream().map(this::path).toList();
    common.apply();
    AfsConfig config = cells.config();
    Set<String> wanted = new LinkedHashSet<>();
    paths.forEach(path -> cell(path, config).ifPresent(wanted::add));
    Surroundings surroundings = console.surroundings();
    try (AfsTree tree = surroundings.open(config);
        Identity identity = tickets.identity(surroundings, wanted, tree.cells())) {
      var source = new AfsSource(tree, identity);
      int code = Heddle.OK;
      for (int i = 0; i < paths.size(); i++) {
        try {
          action.run(source, paths.get(i), arguments.get(i));
        } catch (BrokenPipeException e) {
          throw e;
        } catch (IOException e) {
          complain(arguments.get(i), e);
          code = Heddle.FAILED;
        }
      }
      return code;
    }
  }

  /** Returns the cell that a path begins in; another may be reached by symbolic links. */
  private Optional<String> cell(AfsPath path, AfsConfig config) {
    if (!cells.hasDynamicRoot()) {
      return config.thisCell();
    }
    return path.nameCount() == 0
        ? Optional.empty()
        : Optional.of(new String(path.name(0), StandardCharsets.UTF_8).replaceFirst("^\\.", ""));
  }

  /** Reads a path; one that cannot be meant is a mistake of the user. */
  AfsPath path(String argument) {
    if (!argument.startsWith("/")) {
      throw new ParameterException(
          spec.commandLine(), "a path in AFS begins with /afs/CELL: " + Heddle.shown(argument));
    }
    return Paths.parse(argument, cells.hasDynamicRoot());
  }

  /** Tells that something failed with {@code subject}. */
  void complain(String subject, IOException failure) {
    String reason =
        isOutsideAfs(subject, failure)
            ? "no such file or directory in AFS, where a path begins with /afs/CELL"
            : Failures.describe(failure) + explanation(subject, failure);
    console.err().println(Complaint.of(spec, Heddle.shown(subject), reason));
  }

  /** The subject is a path of the user's, or of something below one. */
  private String explanation(String subject, IOException failure) {
    try {
      return tickets.explanation(failure, cell(path(subject), cells.config()));
    } catch (IOException e) {
      return "";
    }
  }

  /** What is below /afs is meant to be in AFS, whoever has mounted something there. */
  private static boolean isOutsideAfs(String path, IOException failure) {
    return !Paths.beginsWithAfs(path)
        && (failure instanceof AfsException.NoSuchFile
            || failure instanceof AfsException.NoSuchCell)
        && Files.exists(PathBytes.toPath(RawArguments.toBytes(path)), LinkOption.NOFOLLOW_LINKS);
  }
}
