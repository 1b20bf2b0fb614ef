package heddle.afs.nio;

import heddle.afs.StatusUpdate;
import java.nio.file.attribute.FileAttribute;

/** Attributes that something is made with. */
final class InitialAttributes {
  private InitialAttributes() {}

  /**
   * Returns what to make a file with.
   *
   * @param mode the mode, if {@code attributes} have none
   * @throws UnsupportedOperationException if one cannot be set at once
   */
  static StatusUpdate of(int mode, FileAttribute<?>... attributes) {
    StatusUpdate initial = StatusUpdate.NOTHING.withMode(mode);
    for (FileAttribute<?> attribute : attributes) {
      initial =
          switch (attribute.name()) {
            case "posix:permissions", "afs:permissions" ->
                initial.withMode(ModeBits.of(NamedAttributes.permissions(attribute.value())));
            default ->
                throw new UnsupportedOperationException(
                    "nothing can be made with " + attribute.name());
          };
    }
    return initial;
  }
}
