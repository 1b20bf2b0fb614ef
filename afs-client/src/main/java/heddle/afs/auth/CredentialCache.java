package heddle.afs.auth;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A file in which {@code kinit} keeps a user's tickets. Of the other kinds of cache the JDK can
 * read none.
 *
 * @param file the file
 */
public record CredentialCache(Path file) {
  private static final String FILE_PREFIX = "FILE:";

  /**
   * Returns the cache of the user who runs this JVM, as Kerberos would find it: {@code KRB5CCNAME}
   * of the environment, else {@code default_ccache_name} of {@code krb5.conf}, else {@code
   * /tmp/krb5cc_UID}. Whether there is anything in it is not looked at.
   *
   * @throws KerberosException if it is no file; the message says what to do
   */
  public static CredentialCache ofThisUser() throws KerberosException {
    return find(
        Optional.ofNullable(System.getenv("KRB5CCNAME")),
        KerberosConfig.read(KerberosConfig.file()));
  }

  static CredentialCache find(Optional<String> environment, KerberosConfig config)
      throws KerberosException {
    Optional<String> name =
        environment
            .filter(value -> !value.isEmpty())
            .or(() -> config.defaultCacheName(CredentialCache::variable));
    return named(name.orElseGet(CredentialCache::defaultName));
  }

  /**
   * Returns the cache of a name as Kerberos writes it: {@code FILE:/path}, or only the path.
   *
   * @throws KerberosException if it is no file; the message says what to do
   */
  public static CredentialCache named(String name) throws KerberosException {
    int colon = name.indexOf(':');
    if (name.startsWith(FILE_PREFIX)) {
      return new CredentialCache(Path.of(name.substring(FILE_PREFIX.length())));
    }
    if (colon > 0 && name.substring(0, colon).matches("[A-Za-z]+")) {
      throw new KerberosException(
          "The credential cache is "
              + name
              + ", and of type "
              + name.substring(0, colon).toUpperCase(Locale.ROOT)
              + ", which Java cannot read. Make one that is a file: \"kinit -c "
              + defaultName()
              + "\" with KRB5CCNAME="
              + defaultName()
              + ", or use a keytab.");
    }
    return new CredentialCache(Path.of(name));
  }

  private static String defaultName() {
    return FILE_PREFIX + "/tmp/krb5cc_" + new UnixSystem().getUid();
  }

  private static String variable(String name) {
    return switch (name) {
      case "uid", "euid", "USERID" -> Long.toString(new UnixSystem().getUid());
      case "username" -> new UnixSystem().getUsername();
      case "TEMP" -> "/tmp";
      case "null" -> "";
      default -> "%{" + name + "}";
    };
  }

  @Override
  public String toString() {
    return FILE_PREFIX + file;
  }
}
