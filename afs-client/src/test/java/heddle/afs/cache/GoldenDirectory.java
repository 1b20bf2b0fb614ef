package heddle.afs.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Directories that a real file server made; the file says where from. */
final class GoldenDirectory {
  private static final String FILE = "openafs-directories.txt";

  private GoldenDirectory() {}

  static byte[] bytes(String name) {
    String head = "@ " + name + " ";
    for (String part : text().split("\n(?=@)")) {
      if (part.startsWith(head)) {
        return parse(part, head);
      }
    }
    throw new IllegalArgumentException("no directory " + name);
  }

  private static byte[] parse(String part, String head) {
    int length = Integer.parseInt(part, head.length(), part.indexOf('\n'), 10);
    byte[] bytes = new byte[length];
    part.lines()
        .skip(1)
        .filter(line -> !line.isEmpty())
        .map(line -> line.split(" "))
        .forEach(
            words -> {
              byte[] slot = HexFormat.of().parseHex(words[1]);
              System.arraycopy(slot, 0, bytes, Integer.parseInt(words[0]) * 32, slot.length);
            });
    return bytes;
  }

  private static String text() {
    try (InputStream in = GoldenDirectory.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
