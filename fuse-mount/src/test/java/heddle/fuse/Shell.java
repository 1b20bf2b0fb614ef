package heddle.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs scripts as users do, in processes of their own. */
public final class Shell {
  private static final long SECONDS = 180;

  private Shell() {}

  /**
   * What a script did.
   *
   * @param out its output, bytes as characters of the same number
   * @param err its messages
   */
  public record Result(int exit, String out, String err) {}

  /** Runs {@code script} with /bin/sh in {@code directory}; fails if it does not end. */
  public static Result run(Path directory, String script) {
    try {
      Running running = start(directory, script);
      return running.result();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts {@code script}. */
  public static Running start(Path directory, String script) throws IOException {
    Path out = Files.createTempFile("shell", ".out");
    Path err = Files.createTempFile("shell", ".err");
    Process process =
        new ProcessBuilder(
                "env",
                "--default-signal=INT,TERM,HUP", // however the tests were started
                "/bin/sh",
                "-c",
                "cd -- \"$0\" && " + script,
                directory.toString())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Running(process, out, err);
  }

  /** A script that runs. */
  public record Running(Process process, Path out, Path err) {
    /** Waits for the end. */
    public Result result() throws IOException {
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          throw new AssertionError("does not end: " + process.info());
        }
        return new Result(process.exitValue(), read(out), read(err));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    }

    private static String read(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
  }
}
