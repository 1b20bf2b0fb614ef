package heddle.owners;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which users of this machine those of a cell are. Thread-safe. */
public interface UserMap {
  /** Somebody in a cell, by number or by name. */
  sealed interface CellUser {
    /** By AFS id. */
    record Numbered(int id) implements CellUser {}

    /** By name. */
    record Named(String name) implements CellUser {}
  }

  /** Returns whether it takes the name of {@code id} to find its user. */
  boolean needsName(int id);

  /**
   * Returns the user of this machine; may block for as long as {@link LocalUsers} do.
   *
   * @param name what the cell calls {@code id}; empty if it has no such user, or none was needed
   * @throws IOException if users of this machine cannot be looked up now
   */
  OptionalInt userOf(int id, Optional<String> name) throws IOException;

  /**
   * Returns who in the cell is that user of this machine, if anybody is; may block likewise.
   *
   * @throws IOException if users of this machine cannot be looked up now
   */
  Optional<CellUser> cellUserOf(int user) throws IOException;

  /**
   * Returns the map that lines make, {@code AFS-USER LOCAL-USER} each, both by number or by name;
   * what comes after a {@code #} does not count. Local users are looked up now.
   *
   * @throws IOException if a line is none, or its user is not known; says which
   */
  static UserMap ofLines(List<String> lines, LocalUsers local) throws IOException {
    return UserFile.parse(lines, local);
  }

  /** Returns the map where the names of both are the same. */
  static UserMap byNames(LocalUsers local) {
    return new UserMap() {
      @Override
      public boolean needsName(int id) {
        return true;
      }

      @Override
      public OptionalInt userOf(int id, Optional<String> name) throws IOException {
        return name.isPresent() ? local.number(name.get()) : OptionalInt.empty();
      }

      @Override
      public Optional<CellUser> cellUserOf(int user) throws IOException {
        return local.name(user).map(CellUser.Named::new);
      }
    };
  }
}
