package heddle.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a command talks to: its output, its user, and what is outside.
 *
 * @param out where results go; a failure to write is reported
 * @param err where messages for the user go
 * @param outIsTerminal whether results go to a terminal
 * @param errIsTerminal whether messages go to a terminal
 * @param surroundings what is outside of the process
 */
record Console(
    OutputStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Surroundings surroundings) {
  /** Returns the console of this process. */
  static Console ofProcess() {
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        isTerminal(1),
        isTerminal(2),
        Surroundings.ofProcess());
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
