package heddle.rxrpc.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes of connections whose client is not known yet, by age. Anybody can begin one, so
 * they have a limit of their own, at which the oldest gives way. Thread-safe.
 */
final class Strangers {
  private final ConcurrentSkipListMap<Long, HandshakeDriver> byAge = new ConcurrentSkipListMap<>();
  private final AtomicLong nextPlace = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();

  /** Adds the youngest; returns what to {@link #remove} it by. */
  long add(HandshakeDriver handshake) {
    long place = nextPlace.getAndIncrement();
    count.incrementAndGet();
    byAge.put(place, handshake);
    return place;
  }

  /** The client is known, or the connection is gone; may be said more than once. */
  void remove(long place) {
    if (byAge.remove(place) != null) {
      count.decrementAndGet();
    }
  }

  @Nullable HandshakeDriver oldest() {
    Map.Entry<Long, HandshakeDriver> first = byAge.firstEntry();
    return first == null ? null : first.getValue();
  }

  int count() {
    return count.get();
  }
}
