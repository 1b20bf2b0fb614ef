package heddle.afs.auth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What other Kerberos programs read in their environment, and the JDK does not. */
public final class KerberosEnvironment {
  private KerberosEnvironment() {}

  /**
   * Has the JDK read the configuration that {@code KRB5_CONFIG} names, unless the system property
   * {@code java.security.krb5.conf} names another. To be called before anything of Kerberos is
   * used, by a program, not by a library: it is a setting of the whole JVM.
   */
  public static void adopt() {
    if (System.getProperty(KerberosConfig.SYSTEM_PROPERTY) == null) {
      configuration(System.getenv("KRB5_CONFIG"))
          .ifPresent(file -> System.setProperty(KerberosConfig.SYSTEM_PROPERTY, file));
    }
  }

  /** Returns the first file of a list with colons that can be read. */
  static Optional<String> configuration(@Nullable String list) {
    return Optional.ofNullable(list).stream()
        .flatMap(names -> Arrays.stream(names.split(":", -1)))
        .filter(name -> !name.isEmpty() && Files.isReadable(Path.of(name)))
        .findFirst();
  }
}
