package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ConnectionSecurity;
import heddle.rxrpc.security.Violation;
import java.time.InstantSource;

/**
 * rxkad of one wire connection whose handshake is done, or whose client this is: key, level, and
 * what ties each header to this connection.
 *
 * <p>Thread-safe. After {@link #close} nothing can be sealed or opened any more, not even by who is
 * just at it.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_common.c (behaviour).
 */
final class RxkadConnection implements ConnectionSecurity {
  /** The index of this security class on the wire. */
  static final int SECURITY_INDEX = 2;

  /** For a connection that ends by itself only when the peer says so. */
  static final long NEVER_SECONDS = Long.MAX_VALUE;

  private static final int CHANNEL_MASK = 3;

  private final SessionKey key;
  private final RxkadLevel level;
  private final InstantSource clock;
  private final long expirySeconds;
  private final long headerMask;
  private volatile boolean closed;

  /**
   * Creates the security of a connection.
   *
   * @param key belongs to the connection from now on, and is closed with it
   * @param place what names the connection on the wire
   * @param expirySeconds when it may not be used any more, since 1970
   */
  RxkadConnection(
      SessionKey key, RxkadLevel level, Place place, InstantSource clock, long expirySeconds) {
    this.key = key;
    this.level = level;
    this.clock = clock;
    this.expirySeconds = expirySeconds;
    this.headerMask = place.headerMask(key);
  }

  /**
   * What names a connection on the wire.
   *
   * @param connectionId with the channel bits 0
   */
  record Place(int epoch, int connectionId) {
    Place {
      connectionId &= ~CHANNEL_MASK;
    }

    /** Returns the two blocks that stand for the connection in responses, the first of them. */
    long firstBlock() {
      return Fcrypt.join(epoch, connectionId);
    }

    /** Returns what is mixed into the checksum of each header of the connection. */
    private long headerMask(SessionKey key) {
      Fcrypt cipher = key.cipher();
      long first = cipher.encrypt(firstBlock() ^ key.initializationVector());
      return cipher.encrypt(SECURITY_INDEX ^ first ^ firstBlock());
    }
  }

  RxkadLevel level() {
    return level;
  }

  @Override
  public CallSecurity call(int channel, int callNumber) {
    return new RxkadCall(this, channel, callNumber);
  }

  Fcrypt cipher() {
    return key.cipher();
  }

  long initializationVector() {
    return key.initializationVector();
  }

  long headerMask() {
    return headerMask;
  }

  /** Lets nobody go on who uses what is closed or has expired. */
  void checkUsable() throws RxkadException {
    if (closed) {
      throw new RxkadException(Violation.KEYS_GONE);
    }
    if (expirySeconds != NEVER_SECONDS && clock.millis() / 1000 >= expirySeconds) {
      throw new RxkadException(Violation.EXPIRED_IN_USE);
    }
  }

  /** Lets nobody send or believe what was made while the key was being overwritten. */
  void checkNotClosed() throws RxkadException {
    if (closed) {
      throw new RxkadException(Violation.KEYS_GONE);
    }
  }

  @Override
  public void close() {
    closed = true; // first: whoever meets an overwritten key finds this set afterwards
    key.close();
  }

  @Override
  public String toString() {
    return "rxkad " + level;
  }
}
