package heddle.owners;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The users of this machine, from whatever it has them of: {@code /etc/passwd}, a directory. May
 * block for as long as that takes. Thread-safe.
 */
public interface LocalUsers {
  /** Returns the number of the user of that name. */
  OptionalInt number(String name);

  /** Returns the name of the user with that number. */
  Optional<String> name(int number);

  /** Returns those that the C library knows. */
  static LocalUsers ofMachine() {
    return new PasswdUsers();
  }
}
