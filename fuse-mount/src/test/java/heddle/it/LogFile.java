package heddle.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file that a running program writes its messages to. What it has written can be read at once.
 */
final class LogFile {
  private static final String SECONDS = "120";

  private final Path file;

  LogFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  /** Returns what is in it now. */
  List<String> lines() {
    try {
      return Files.readAllLines(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the number of lines now, for {@link #since}. */
  int mark() {
    return lines().size();
  }

  List<String> since(int mark) {
    List<String> lines = lines();
    return lines.subList(mark, lines.size());
  }

  /** Waits until {@code writer} has written a line with {@code pattern} in it. */
  void await(Process writer, String pattern) {
    await(writer, pattern, 1);
  }

  /** Waits until {@code writer} has written so many lines with {@code pattern} in them. */
  void await(Process writer, String pattern, int count) {
    Pattern wanted = Pattern.compile(pattern);
    int left = count;
    try {
      Process tail =
          new ProcessBuilder(
                  "timeout",
                  SECONDS,
                  "tail",
                  "-n",
                  "+1",
                  "-f",
                  "--pid=" + writer.pid(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader lines = tail.inputReader(ISO_8859_1)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (wanted.matcher(line).find() && --left == 0) {
            return;
          }
        }
      } finally {
        tail.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError(left + " lines too few with " + pattern + " in:\n" + this);
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
