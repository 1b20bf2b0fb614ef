package heddle.afs.lock;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a lock was granted, and what was known of that place then.
 *
 * @param server the server
 * @param instance the number of the volume's restoration
 * @param generation how often the server had said that it has forgotten its clients
 * @param started when the server's process was started; empty if it does not tell
 */
public record Place(UUID server, int instance, int generation, Optional<Instant> started) {
  /** Returns the same place where the server has forgotten its clients so often. */
  public Place withGeneration(int number) {
    return new Place(server, instance, number, started);
  }
}
