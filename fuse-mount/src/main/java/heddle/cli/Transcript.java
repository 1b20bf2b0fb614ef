package heddle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Shell commands that are run and shown with what they print, each checked. */
final class Transcript {
  private static final long LIMIT_SECONDS = 60;

  private final Console console;
  private final Path directory;
  private int failures;

  /** Runs its commands in {@code directory}. */
  Transcript(Console console, Path directory) {
    this.console = console;
    this.directory = directory;
  }

  /**
   * A command and what it has to give.
   *
   * @param about what it shows, for the reader
   * @param exit its exit status
   * @param output what is found in its output, errors included
   */
  record Step(String about, String command, int exit, Pattern output) {
    Step(String about, String command, int exit, String output) {
      this(about, command, exit, Pattern.compile(output, Pattern.DOTALL));
    }
  }

  private record Outcome(int exit, String output) {}

  /** Runs one command; returns whether it did as it should. */
  boolean run(Step step) throws IOException, InterruptedException {
    if (!step.about.isEmpty()) {
      say("\n# " + step.about);
    }
    say("$ " + step.command);
    Outcome outcome = outcome(step.command);
    print(outcome.output);
    return check(
        outcome.exit == step.exit && step.output.matcher(outcome.output).find(),
        "expected status %d and %s, got status %d".formatted(step.exit, step.output, outcome.exit));
  }

  /** Tells a fact that must hold. */
  boolean check(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      failures++;
      say("!! " + otherwise);
    }
    return holds;
  }

  int failures() {
    return failures;
  }

  private Outcome outcome(String command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("heddle-demo-", ".out");
    try {
      var builder =
          new ProcessBuilder("/bin/sh", "-c", command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return new Outcome(-1, "(no answer for " + LIMIT_SECONDS + " s)\n");
      }
      return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** Says a line. */
  void say(String line) throws IOException {
    print(line + "\n");
  }

  private void print(String text) throws IOException {
    try (var output = new Output(console)) {
      output.text(text);
    }
  }
}
