package heddle.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that has one file open and locks it as it is told. */
final class Locker implements AutoCloseable {
  private static final long SECONDS = 120;
  private static final Path PROGRAM = Path.of("src", "test", "cell", "locker.pl").toAbsolutePath();

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private Locker(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.ISO_8859_1);
    this.answers = process.inputReader(StandardCharsets.ISO_8859_1);
  }

  /** Opens {@code file} for reading. */
  static Locker reading(Path file) {
    return start("r", file);
  }

  /** Opens {@code file} for reading and writing; makes it if need be. */
  static Locker writing(Path file) {
    return start("rw", file);
  }

  private static Locker start(String mode, Path file) {
    try {
      var locker =
          new Locker(
              new ProcessBuilder("perl", PROGRAM.toString(), mode, file.toString())
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      String answer = await(locker.answer());
      if (!answer.equals("open")) {
        throw new AssertionError(answer);
      }
      return locker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does what {@code command} says; returns what came of it. */
  String run(String command) {
    return await(begin(command));
  }

  /** Begins to do what {@code command} says. */
  CompletableFuture<String> begin(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  private CompletableFuture<String> answer() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return String.valueOf(answers.readLine());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  static String await(CompletableFuture<String> answer) {
    try {
      return answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
