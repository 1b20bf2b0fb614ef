package heddle.cli;

import heddle.afs.AfsPath;
import heddle.fuse.AfsTree;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the commands that read paths have in common: the tree is opened and closed, and a path that
 * fails is told of and does not stop the others.
 */
record ReadingCommand(Console console, CommonOptions common, CellOptions cells, CommandSpec spec) {
  /** Does something with one path. */
  @FunctionalInterface
  interface PathAction {
    void run(AfsTree tree, AfsPath path, String argument) throws IOException;
  }

  /** Does something with the tree; returns the exit code. */
  @FunctionalInterface
  interface TreeAction {
    int run(AfsTree tree) throws IOException;
  }

  /** Runs {@code action} with the tree open. */
  int withTree(TreeAction action) throws IOException {
    common.apply();
    try (AfsTree tree = console.trees().open(cells.config())) {
      return action.run(tree);
    }
  }

  /** Runs {@code action} for each argument; returns the exit code. */
  int forEach(List<String> arguments, PathAction action) throws IOException {
    List<AfsPath> paths = arguments.stream().map(this::path).toList();
    return withTree(
        tree -> {
          int code = Heddle.OK;
          for (int i = 0; i < paths.size(); i++) {
            try {
              action.run(tree, paths.get(i), arguments.get(i));
            } catch (BrokenPipeException e) {
              throw e;
            } catch (IOException e) {
              complain(arguments.get(i), e);
              code = Heddle.FAILED;
            }
          }
          return code;
        });
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
    console
        .err()
        .println(
            spec.qualifiedName()
                + ": "
                + Heddle.shown(subject)
                + ": "
                + Failures.describe(failure));
  }
}
