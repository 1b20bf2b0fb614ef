package heddle.control;

import java.io.IOException;
import java.util.Arrays;

/** Sends and receives whole messages over a socket. */
record Line(UnixSocket socket) {
  /** Sends a message and overwrites it. */
  void send(Message message) throws IOException {
    byte[] bytes = message.finished();
    try {
      socket.send(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      message.close();
    }
  }

  /**
   * Receives a message; the caller overwrites it.
   *
   * @throws ControlException if it is none
   */
  Message receive() throws IOException {
    byte[] header = new byte[Message.HEADER_BYTES];
    socket.receive(header);
    byte[] content = new byte[Message.contentBytes(header)];
    try {
      socket.receive(content);
    } catch (IOException e) {
      Arrays.fill(content, (byte) 0);
      throw e;
    }
    return Message.of(content);
  }
}
