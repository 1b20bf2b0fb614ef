package heddle.bench;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.time.Instant;

/** What one thread seals and opens at level crypt: fcrypt in PCBC mode and next to nothing else. */
final class FcryptOfOurs {
  static final int USER_BYTES = 1408; // of a packet of 1444 bytes

  /** Bytes that are encrypted for these. */
  static final int PAYLOAD_BYTES = 1416;

  private static final int PACKETS_BETWEEN_LOOKS = 100;

  private final CallSecurity call;
  private final byte[] packet = new byte[PAYLOAD_BYTES];
  private final byte[] sealed = new byte[PAYLOAD_BYTES];
  private long unused; // so that nothing is left out

  private FcryptOfOurs(CallSecurity call) {
    this.call = call;
  }

  static FcryptOfOurs create() throws IOException {
    byte[] key = {1, 35, 69, 103, 9, 11, 13, 15};
    try {
      RxkadToken token = RxkadToken.of("nobody", 256, new byte[100], key, Instant.MAX);
      return new FcryptOfOurs(
          Rxkad.with(token, RxkadLevel.CRYPT).connect(1, 4).orElseThrow().call(0, 1));
    } catch (SecurityViolationException e) {
      throw new IOException(e);
    }
  }

  /** Returns MB/s that are encrypted, measured for so long. */
  double sealRate(double seconds) throws IOException {
    long beginNanos = System.nanoTime();
    long packets = 0;
    long nanos;
    try {
      do {
        for (int i = 0; i < PACKETS_BETWEEN_LOOKS; i++) {
          unused += call.seal(1, packet, USER_BYTES);
        }
        packets += PACKETS_BETWEEN_LOOKS;
        nanos = System.nanoTime() - beginNanos;
      } while (nanos < seconds * 1e9);
    } catch (SecurityViolationException e) {
      throw new IOException(e);
    }
    return packets * (double) PAYLOAD_BYTES * 1e3 / nanos;
  }

  /** Returns MB/s that are decrypted, measured for so long; a copy each is in that. */
  double openRate(double seconds) throws IOException {
    try {
      int sealedBytes = call.seal(1, sealed, USER_BYTES);
      byte[] content = sealed.clone();
      int checksum = call.checksum(1);
      long beginNanos = System.nanoTime();
      long packets = 0;
      long nanos;
      do {
        for (int i = 0; i < PACKETS_BETWEEN_LOOKS; i++) {
          System.arraycopy(content, 0, packet, 0, sealedBytes);
          unused += call.open(1, checksum, packet, sealedBytes);
        }
        packets += PACKETS_BETWEEN_LOOKS;
        nanos = System.nanoTime() - beginNanos;
      } while (nanos < seconds * 1e9);
      return packets * (double) PAYLOAD_BYTES * 1e3 / nanos;
    } catch (SecurityViolationException e) {
      throw new IOException(e);
    }
  }
}
