package heddle.rxrpc.transport;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The destinations in use. Each has one place, where the newest stays: many of them cost a little
 * time, never memory. Thread-safe.
 */
final class Destinations {
  private static final int PLACES = 1024; // a power of two

  private final AtomicReferenceArray<@Nullable Destination> places =
      new AtomicReferenceArray<>(PLACES);
  private final int family;

  /**
   * Creates an empty table.
   *
   * @param family of the socket
   */
  Destinations(int family) {
    this.family = family;
  }

  Destination of(InetSocketAddress address) {
    int hash = address.hashCode() * 0x9E37_79B9;
    int place = hash >>> 22; // 10 bits
    Destination known = places.get(place);
    if (known != null && known.address().equals(address)) {
      return known;
    }
    Destination made = new Destination(address, family);
    places.set(place, made);
    return made;
  }
}
