package heddle.afs.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A call between OpenAFS programs as it was on the wire; the file says where from. */
record GoldenCall(String name, byte[] request, byte[] reply) {
  private static final String FILE = "openafs-calls.txt";

  /** Returns the call that begins in that frame of the capture. */
  static GoldenCall atFrame(int frame) {
    String head = "@ " + frame + " ";
    String[] parts = text().split("\n(?=@)");
    for (String part : parts) {
      if (part.startsWith(head)) {
        String name = part.substring(head.length(), part.indexOf('\n'));
        return new GoldenCall(name, bytes(part, "> "), bytes(part, "< "));
      }
    }
    throw new IllegalArgumentException("no call at frame " + frame);
  }

  private static String text() {
    try (InputStream in = GoldenCall.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String part, String mark) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    part.lines()
        .filter(line -> line.startsWith(mark))
        .forEach(
            line -> bytes.writeBytes(HexFormat.of().parseHex(line, mark.length(), line.length())));
    return bytes.toByteArray();
  }
}
