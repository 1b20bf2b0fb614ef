package heddle.afs.auth;

import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/** How the JDK's Kerberos gets a user's first ticket, without asking anybody for anything. */
sealed interface KerberosLogin {
  /** The ticket is in a cache. */
  record FromCache(CredentialCache cache) implements KerberosLogin {
    @Override
    public Map<String, String> options() {
      return Map.of(
          "useTicketCache", "true", "ticketCache", cache.file().toString(), "doNotPrompt", "true");
    }

    @Override
    public Path file() {
      return cache.file();
    }

    @Override
    public String advice() {
      return "Run kinit.";
    }

    /** The JDK passes over a ticket with a weak session key as if there were none. */
    @Override
    public String hint(LoginException failure) {
      return KerberosFailure.contains(failure, "Unable to obtain Principal Name")
          ? KerberosFailure.WEAK_CRYPTO
          : KerberosFailure.hint(failure);
    }
  }

  /** The KDC gives a ticket for a key in a keytab. */
  record FromKeytab(Path file, String principal) implements KerberosLogin {
    @Override
    public Map<String, String> options() {
      return Map.of(
          "useKeyTab",
          "true",
          "keyTab",
          file.toString(),
          "principal",
          principal,
          "doNotPrompt",
          "true");
    }

    @Override
    public String advice() {
      return "\"klist -k -e " + file + "\" shows what keys there are.";
    }

    /** The JDK passes over weak keys as if there were none. */
    @Override
    public String hint(LoginException failure) {
      return hasOnlyWeakKeys() ? KerberosFailure.WEAK_CRYPTO : KerberosFailure.hint(failure);
    }

    private boolean hasOnlyWeakKeys() {
      try {
        List<Keytab.Entry> entries = Keytab.read(Files.readAllBytes(file));
        entries.forEach(entry -> Arrays.fill(entry.key(), (byte) 0));
        List<Keytab.Entry> own = entries.stream().filter(this::isOwn).toList();
        return !own.isEmpty() && own.stream().allMatch(entry -> isWeak(entry.enctype()));
      } catch (IOException | MalformedKerberosException e) {
        return false; // what the JDK says of it has to do
      }
    }

    private boolean isOwn(Keytab.Entry entry) {
      return entry.principal().equals(principal) || entry.principal().startsWith(principal + "@");
    }

    private static boolean isWeak(int enctype) {
      return enctype == Enctype.ARCFOUR_HMAC.number() || enctype == Enctype.DES3_CBC_SHA1.number();
    }
  }

  /** Returns what the JDK's login module is to do. */
  Map<String, String> options();

  /** Returns the file that it needs. */
  Path file();

  /** Returns what a user can do who gets no ticket. */
  String advice();

  /** Returns what may be behind a failure, with a blank before it; empty if that is not known. */
  String hint(LoginException failure);

  /** Logs in; the caller logs out. Blocks while a KDC is asked. */
  default LoginContext login() throws KerberosException {
    if (!Files.isReadable(file())) {
      throw new KerberosException(file() + " is not there or cannot be read. " + advice());
    }
    var entry =
        new AppConfigurationEntry(
            "com.sun.security.auth.module.Krb5LoginModule",
            LoginModuleControlFlag.REQUIRED,
            options());
    var configuration =
        new Configuration() {
          @Override
          public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            return new AppConfigurationEntry[] {entry};
          }
        };
    try {
      var context = new LoginContext("heddle", new Subject(), null, configuration);
      context.login();
      return context;
    } catch (LoginException e) {
      throw new KerberosException(
          "No Kerberos ticket from "
              + file()
              + ": "
              + KerberosFailure.text(e)
              + " "
              + advice()
              + hint(e),
          e);
    }
  }
}
