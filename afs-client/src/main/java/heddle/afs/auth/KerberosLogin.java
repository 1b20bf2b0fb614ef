package heddle.afs.auth;

import java.nio.file.Files;
import java.nio.file.Path;
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
  }

  /** Returns what the JDK's login module is to do. */
  Map<String, String> options();

  /** Returns the file that it needs. */
  Path file();

  /** Returns what a user can do who gets no ticket. */
  String advice();

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
              + KerberosFailure.hint(e),
          e);
    }
  }
}
