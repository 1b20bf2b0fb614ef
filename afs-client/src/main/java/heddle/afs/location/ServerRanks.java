package heddle.afs.location;

import heddle.afs.Preferences;
import java.net.InetAddress;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which addresses of servers are asked first: the lowest rank. Thread-safe.
 *
 * <p>Who gives no ranks gets the fastest first: an address without one has {@value #USUAL} and a
 * point for each ten microseconds that it takes to answer, up to {@value #SLOWEST}. So a lower rank
 * than {@value #USUAL} prefers an address to all that have none, a greater one than {@value
 * #SLOWEST} avoids it.
 *
 * <p>Protocol source: OpenAFS doc/man-pages/pod8/fs_setserverprefs.pod (meaning of ranks; there the
 * ranks that nobody gave go by how alike addresses are).
 */
public final class ServerRanks {
  private static final int USUAL = 20_000;
  private static final int SLOWEST = 60_000;
  private static final int NANOS_PER_POINT = 10_000;

  private final ConcurrentHashMap<InetAddress, Integer> given;

  /** Begins with these. */
  public ServerRanks(Map<InetAddress, Integer> given) {
    this.given = new ConcurrentHashMap<>(given);
  }

  /** Gives an address a rank. */
  public void set(InetAddress address, int rank) {
    Preferences.checkRank(rank);
    given.put(address, rank);
  }

  /** Returns the rank that was given to an address. */
  OptionalInt given(InetAddress address) {
    Integer rank = given.get(address);
    return rank == null ? OptionalInt.empty() : OptionalInt.of(rank);
  }

  /** Returns the rank of an address that takes so long to answer. */
  int rank(InetAddress address, long answerNanos) {
    return given(address)
        .orElseGet(
            () -> (int) Math.min(SLOWEST, USUAL + Math.max(0, answerNanos) / NANOS_PER_POINT));
  }
}
