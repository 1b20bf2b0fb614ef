package heddle.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Lines of results: text in UTF-8, names as the bytes that they are. */
final class Output implements AutoCloseable {
  private static final int BUFFER = 64 << 10; // bytes

  private final OutputStream out;
  private final boolean terminal;

  Output(Console console) {
    this.out = new BufferedOutputStream(console.out(), BUFFER);
    this.terminal = console.outIsTerminal();
  }

  Output text(String text) throws IOException {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a name; what would control a terminal is not sent to one. */
  Output name(byte[] name) throws IOException {
    if (!terminal) {
      return bytes(name);
    }
    byte[] shown = name.clone();
    for (int i = 0; i < shown.length; i++) {
      if ((shown[i] >= 0 && shown[i] < ' ') || shown[i] == 0x7f) {
        shown[i] = '?';
      }
    }
    return bytes(shown);
  }

  Output newLine() throws IOException {
    return bytes(new byte[] {'\n'});
  }

  private Output bytes(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      return this;
    } catch (IOException e) {
      throw BrokenPipeException.of(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw BrokenPipeException.of(e);
    }
  }
}
