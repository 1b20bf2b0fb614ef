package heddle.afs;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which parts of a file's status to set, and to what. Begin with {@link #NOTHING}; each {@code
 * with} method returns a changed copy.
 *
 * @param mode the permission bits, setuid etc. included; only administrators may set those
 * @param owner AFS id of the owner; only administrators may set it
 * @param group AFS id of the group; likewise
 * @param modified when the data was changed; AFS keeps whole seconds
 */
public record StatusUpdate(
    OptionalInt mode, OptionalInt owner, OptionalInt group, Optional<Instant> modified) {
  /** Sets nothing. */
  public static final StatusUpdate NOTHING =
      new StatusUpdate(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /** Returns a copy that sets the permission bits. */
  public StatusUpdate withMode(int bits) {
    return new StatusUpdate(OptionalInt.of(bits), owner, group, modified);
  }

  /** Returns a copy that sets the owner. */
  public StatusUpdate withOwner(int id) {
    return new StatusUpdate(mode, OptionalInt.of(id), group, modified);
  }

  /** Returns a copy that sets the group. */
  public StatusUpdate withGroup(int id) {
    return new StatusUpdate(mode, owner, OptionalInt.of(id), modified);
  }

  /** Returns a copy that sets the time of modification. */
  public StatusUpdate withModified(Instant time) {
    return new StatusUpdate(mode, owner, group, Optional.of(time));
  }
}
