package heddle.owners;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The users of this machine, from whatever it has them of: {@code /etc/passwd}, a directory. May
 * block for as long as that takes. Thread-safe.
 */
public interface LocalUsers {
  /**
   * Returns the number of the user of that name, if there is one.
   *
   * @throws IOException if that cannot be found out now
   */
  OptionalInt number(String name) throws IOException;

  /**
   * Returns the name of the user with that number, if there is one.
   *
   * @throws IOException if that cannot be found out now
   */
  Optional<String> name(int number) throws IOException;

  /** Returns those that the C library knows. */
  static LocalUsers ofMachine() {
    return new PasswdUsers();
  }
}
