package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Where the serial numbers of connections that come in begin: anywhere, so that who cannot see our
 * packets cannot quote one; but where a connection was dropped and is made again, behind the last
 * one that its client has seen.
 *
 * <p>Nothing is kept of a connection that was dropped: where it begins follows from its name, a
 * secret, and how far any that was dropped had got. Thread-safe.
 *
 * <p>Protocol source: RFC 6528, section 3 (idea).
 */
final class FirstSerials {
  private static final int MOST = 1 << 28;
  private static final int SECRET_BYTES = 16;

  private final byte[] secret = new byte[SECRET_BYTES];
  private final AtomicInteger passed = new AtomicInteger(); // by one that was dropped, at most

  FirstSerials(RandomGenerator random) {
    random.nextBytes(secret);
  }

  /** Returns the serial of a connection's first packet; 0 is one that no packet has. */
  int of(ServiceConnections.Key key) {
    return base(key) + passed.get();
  }

  /** A connection was dropped whose last packet had this serial. */
  void dropped(ServiceConnections.Key key, int lastSerial) {
    int used = lastSerial - base(key) + 1;
    passed.accumulateAndGet(used, Math::max); // after 2^31 packets it begins anywhere again
  }

  private int base(ServiceConnections.Key key) {
    byte[] address = key.peer().getAddress().getAddress();
    ByteBuffer name = ByteBuffer.allocate(3 * Integer.BYTES + address.length);
    name.putInt(key.epoch()).putInt(key.connectionId()).putInt(key.peer().getPort()).put(address);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return 1 + (ByteBuffer.wrap(digest.digest(name.array())).getInt() & MOST - 1);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // each JVM has it
    }
  }
}
