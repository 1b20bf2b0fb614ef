package heddle.rxrpc.wire;

import java.nio.ByteBuffer;

/**
 * A datagram that is no Rx packet. Anyone can send one, so it carries no stack trace: refusing a
 * flood of them must cost little.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedPacketException(String message) {
    super(message, null, false, false);
  }

  static void unlessRoom(ByteBuffer in, int offset, int length, String what)
      throws MalformedPacketException {
    int have = in.limit() - offset;
    if (have < length) {
      throw new MalformedPacketException(what + " of " + length + " bytes where " + have + " are");
    }
  }
}
