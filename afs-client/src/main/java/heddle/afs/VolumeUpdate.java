package heddle.afs;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which parts of a volume's status to set, and to what. Begin with {@link #NOTHING}; each {@code
 * with} method returns a changed copy.
 *
 * @param quota greatest size in units of 1024 bytes; 0 is no limit
 * @param offlineMessage why the volume is offline, or will be; the protocol cannot take one away
 */
public record VolumeUpdate(OptionalInt quota, Optional<String> offlineMessage) {
  /** Sets nothing. */
  public static final VolumeUpdate NOTHING =
      new VolumeUpdate(OptionalInt.empty(), Optional.empty());

  /** Returns a copy that sets the greatest size, in units of 1024 bytes; 0 is no limit. */
  public VolumeUpdate withQuota(int kibibytes) {
    return new VolumeUpdate(OptionalInt.of(kibibytes), offlineMessage);
  }

  /** Returns a copy that sets the offline message. */
  public VolumeUpdate withOfflineMessage(String text) {
    return new VolumeUpdate(quota, Optional.of(text));
  }
}
