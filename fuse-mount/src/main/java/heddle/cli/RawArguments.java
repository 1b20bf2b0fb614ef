package heddle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Arguments of a command as the bytes that they are, each byte a character of the same number
 * (ISO-8859-1). The JVM decodes arguments with the charset of the locale and loses what that cannot
 * express; Linux still has the bytes.
 */
final class RawArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private RawArguments() {}

  /** Returns {@code decoded}, the arguments of {@code main}, in their original bytes. */
  static String[] of(String[] decoded) {
    try {
      return from(Files.readAllBytes(COMMAND_LINE), decoded);
    } catch (IOException e) {
      return encode(decoded);
    }
  }

  /** The command line is that of the JVM: our arguments are its last ones. */
  static String[] from(byte[] commandLine, String[] decoded) {
    String[] all = new String(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1);
    int end = all.length - 1; // behind the last NUL there is nothing
    int start = end - decoded.length;
    if (start < 1) {
      return encode(decoded); // an argument file, perhaps
    }
    String[] raw = Arrays.copyOfRange(all, start, end);
    for (int i = 0; i < raw.length; i++) {
      if (isAscii(decoded[i]) && !decoded[i].equals(raw[i])) {
        return encode(decoded);
      }
    }
    return raw;
  }

  private static String[] encode(String[] decoded) {
    return Arrays.stream(decoded)
        .map(argument -> fromBytes(argument.getBytes(StandardCharsets.UTF_8)))
        .toArray(String[]::new);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  static String fromBytes(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes of an argument. */
  static byte[] toBytes(String argument) {
    return argument.getBytes(StandardCharsets.ISO_8859_1);
  }
}
