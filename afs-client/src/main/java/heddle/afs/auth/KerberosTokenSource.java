package heddle.afs.auth;

import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tokens from a user's Kerberos credentials, with the Kerberos of the JDK: what {@code aklog}
 * does, but for giving the token to anybody. Thread-safe; each token is asked for anew.
 *
 * <p>The JDK reads its configuration once for all of the JVM, from the file that the system
 * property {@code java.security.krb5.conf} names, else {@code /etc/krb5.conf}.
 */
public final class KerberosTokenSource implements TokenSource {
  private static final Logger LOG = LoggerFactory.getLogger(KerberosTokenSource.class);

  private final KerberosLogin login;

  private KerberosTokenSource(KerberosLogin login) {
    this.login = login;
  }

  /** Returns a source that uses the ticket that {@code kinit} left in a cache. */
  public static KerberosTokenSource of(CredentialCache cache) {
    return new KerberosTokenSource(new KerberosLogin.FromCache(cache));
  }

  /**
   * Returns a source that asks the KDC with a key.
   *
   * @param principal whose key it is, with or without realm
   */
  public static KerberosTokenSource ofKeytab(Path keytab, String principal) {
    return new KerberosTokenSource(new KerberosLogin.FromKeytab(keytab, principal));
  }

  /**
   * Returns a source that asks the KDC with the first key of a keytab.
   *
   * @throws KerberosException if there is none
   */
  public static KerberosTokenSource ofKeytab(Path keytab) throws KerberosException {
    return ofKeytab(keytab, firstPrincipal(keytab));
  }

  private static String firstPrincipal(Path keytab) throws KerberosException {
    try {
      List<Keytab.Entry> entries = Keytab.read(Files.readAllBytes(keytab));
      entries.forEach(entry -> Arrays.fill(entry.key(), (byte) 0));
      return entries.stream()
          .findFirst()
          .map(Keytab.Entry::principal)
          .orElseThrow(() -> new KerberosException("there is no key in " + keytab));
    } catch (NoSuchFileException e) {
      throw new KerberosException("there is no keytab " + keytab, e);
    } catch (AccessDeniedException e) {
      throw new KerberosException("no permission to read " + keytab, e);
    } catch (MalformedKerberosException e) {
      throw new KerberosException(keytab + " is no keytab: " + e.getMessage(), e);
    } catch (KerberosException e) {
      throw e;
    } catch (IOException e) {
      throw new KerberosException(keytab + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Asks for a token. Blocks while KDCs are asked, as long as {@code kdc_timeout} and {@code
   * max_retries} of {@code krb5.conf} let it.
   *
   * @param cell name of the cell
   * @param databaseHosts names of the hosts of its databases, as far as they are known: the realm
   *     is that of these hosts, unless it is the user's own
   * @throws KerberosException if there are no credentials or no KDC gives a ticket
   * @throws IOException if the ticket cannot be a token
   */
  @Override
  public RxkadToken token(String cell, List<String> databaseHosts) throws IOException {
    KerberosConfig config = KerberosConfig.read(KerberosConfig.file());
    LoginContext session = login.login();
    try {
      Subject user = session.getSubject();
      String realm = realmOf(user);
      return token(user, ServicePrincipals.of(cell, databaseHosts, realm, config));
    } finally {
      logout(session);
    }
  }

  private String realmOf(Subject user) throws KerberosException {
    return user.getPrincipals(KerberosPrincipal.class).stream()
        .map(KerberosPrincipal::getRealm)
        .findFirst()
        .orElseThrow(
            () -> new KerberosException("No Kerberos ticket in " + login + ". " + login.advice()));
  }

  private static RxkadToken token(Subject user, List<String> services) throws IOException {
    List<KerberosException> failures = new ArrayList<>();
    var tickets = new ServiceTickets(user);
    for (String service : services) {
      try {
        KerberosTicket ticket = tickets.get(service);
        try {
          return tokenOf(ticket);
        } finally {
          ServiceTickets.destroy(ticket);
        }
      } catch (GSSException e) {
        LOG.debug("no ticket for {}", service, e);
        var failure =
            new KerberosException(
                "No ticket for "
                    + service
                    + ": "
                    + KerberosFailure.text(e)
                    + KerberosFailure.hint(e),
                e);
        if (!KerberosFailure.isUnknownService(e)) {
          throw failure;
        }
        failures.add(failure);
      }
    }
    var none =
        new KerberosException(
            "No KDC knows a service of this cell; asked for " + String.join(", ", services));
    failures.forEach(none::addSuppressed);
    throw none;
  }

  private static RxkadToken tokenOf(KerberosTicket ticket) throws IOException {
    byte[] key = ticket.getSessionKey().getEncoded();
    try {
      return RxkadToken.ofKerberos(
          ticket.getClient().getName(),
          ticket.getEncoded(),
          ticket.getSessionKeyType(),
          key,
          ticket.getEndTime().toInstant());
    } catch (RxkadException e) {
      throw new IOException("The ticket cannot be a token: " + e.getMessage(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void logout(LoginContext session) {
    try {
      session.logout();
    } catch (LoginException e) {
      LOG.debug("log-out failed", e);
    }
  }

  @Override
  public String toString() {
    return "Kerberos, " + login.file();
  }
}
