package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code bin/heddle} on the command lines of tests. */
final class HeddleCommand {
  private HeddleCommand() {}

  /** Returns the directory of the project, which is built. */
  static Path home() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  }

  static Path program() {
    return home().resolve("bin").resolve("heddle");
  }

  /** Copies the program to {@code directory}, from where every user can run it. */
  static void install(Path directory) {
    String home = "'" + home() + "'";
    Shell.Result result =
        Shell.run(
            directory,
            ("cp -r %s/bin . && mkdir -p fuse-mount/target"
                    + " && cp -r %1$s/fuse-mount/target/lib fuse-mount/target"
                    + " && cp %1$s/fuse-mount/target/heddle-*.jar fuse-mount/target"
                    + " && chmod -R a+rX .")
                .formatted(home));
    assertThat(result.err()).isEmpty();
  }

  /** Returns the options that name the test cell, for a script. */
  static String cell() {
    return "--cell " + RealCell.name() + " --vlserver " + databaseServer();
  }

  static String databaseServer() {
    return RealCell.databaseServer().getHostAddress();
  }

  /** Returns the line of a script that runs {@code command} on the test cell. */
  static String line(String command, String arguments) {
    return "'" + program() + "' " + command + " " + cell() + " " + arguments;
  }

  /** Runs {@code command} on the test cell. */
  static Shell.Result run(String command, String arguments) {
    return Shell.run(Path.of("/"), line(command, arguments));
  }

  /** Returns the words that run {@code command} on the test cell. */
  static List<String> words(String command, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(program().toString());
    words.add(command);
    words.addAll(List.of(cell().split(" ")));
    words.addAll(arguments);
    return words;
  }

  /** Returns the fids of the files at {@code paths}, each as {@code 536870915.2.7}. */
  static String[] fids(String paths) {
    Shell.Result result = run("stat", paths);
    assertThat(result.err()).isEmpty();
    return result
        .out()
        .lines()
        .filter(line -> line.strip().startsWith("fid: "))
        .map(line -> line.substring(line.lastIndexOf(':') + 1))
        .toArray(String[]::new);
  }
}
