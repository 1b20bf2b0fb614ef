package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import java.nio.ByteBuffer;

/**
 * What a server asks, in version 2: a number to be given back plus one, and the least level.
 *
 * <p>Protocol source: OpenAFS src/rxkad/private_data.h, rxkad_client.c (behaviour); version and
 * unknown levels are checked as in Linux net/rxrpc rxkad.c.
 */
record RxkadChallenge(int nonce, RxkadLevel floor) {
  static final int VERSION = 2;
  private static final int BYTES = 16;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putInt(VERSION)
        .putInt(nonce)
        .putInt(floor.wireValue())
        .putInt(0)
        .array();
  }

  /** Reads the body of a CHALLENGE packet. */
  static RxkadChallenge decode(byte[] body) throws RxkadException {
    if (body.length < BYTES) {
      throw new RxkadException(Violation.CHALLENGE_TOO_SHORT, body.length + " bytes of challenge");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    int version = in.getInt();
    if (version != VERSION) {
      throw new RxkadException(
          Violation.CHALLENGE_OF_ANOTHER_VERSION, "a challenge of version " + version);
    }
    int nonce = in.getInt();
    int level = in.getInt();
    RxkadLevel floor =
        RxkadLevel.fromWire(level)
            .orElseThrow(
                () ->
                    new RxkadException(
                        Violation.CHALLENGE_LEVEL_UNKNOWN, "the server wants level " + level));
    return new RxkadChallenge(nonce, floor);
  }
}
