package heddle.cli;

import heddle.fuse.MemoryTree;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs commands on a tree in memory, without a process. */
final class CommandRun {
  private static final String[] CELL = {"--cell", "memory.example", "--vlserver", "127.0.0.1"};

  final MemoryTree tree = new MemoryTree();
  final FakeSurroundings surroundings = new FakeSurroundings(tree);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Runs {@code heddle COMMAND --cell ... ARGUMENTS}; returns the exit code. */
  int run(String command, String... arguments) {
    return runWith(out, command, arguments);
  }

  int runWith(OutputStream output, String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(CELL));
    all.addAll(List.of(arguments));
    return runExactly(output, all.toArray(String[]::new));
  }

  int runExactly(OutputStream output, String... arguments) {
    out.reset();
    err.reset();
    return Heddle.run(console(output), arguments);
  }

  private Console console(OutputStream output) {
    return new Console(
        output, new PrintStream(err, true, StandardCharsets.UTF_8), false, false, surroundings);
  }

  Console console() {
    return console(out);
  }

  int runExactly(String... arguments) {
    return runExactly(out, arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
