package heddle.rxrpc.security.rxkad;

import java.util.Arrays;

/**
 * The key of a token or connection: eight bytes, of which fcrypt uses 56 bits, and which are the
 * initialization vector as well.
 *
 * <p>Thread-safe. {@link #close} overwrites it; whoever shares it takes a {@link #copy}.
 */
final class SessionKey implements AutoCloseable {
  private final Fcrypt cipher;
  private final byte[] bytes;

  /** Creates a key; the array stays the caller's. */
  SessionKey(byte[] key) {
    cipher = new Fcrypt(key);
    bytes = key.clone();
  }

  private SessionKey(SessionKey other) {
    cipher = other.cipher.copy();
    bytes = other.bytes.clone();
  }

  /** Returns the same key, to be closed on its own. */
  SessionKey copy() {
    return new SessionKey(this);
  }

  Fcrypt cipher() {
    return cipher;
  }

  long initializationVector() {
    return Pcbc.block(bytes, 0);
  }

  /** Returns a copy of the bytes, to be overwritten after use. */
  byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public void close() {
    cipher.close();
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "session key"; // and nothing of it
  }
}
