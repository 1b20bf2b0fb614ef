package heddle.afs.auth;

import java.time.Instant;
import java.util.concurrent.CompletionException;
import javax.security.auth.DestroyFailedException;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service tickets for a user who is logged in. The KDC of the user's realm may refer to that of
 * another one (RFC 6806), and the JDK then goes there.
 */
final class ServiceTickets {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceTickets.class);
  private static final String GRANTING = "krbtgt/";

  private final Subject user;

  ServiceTickets(Subject user) {
    this.user = user;
  }

  /**
   * Returns a ticket that ends as late as it can, to be destroyed by the caller. Blocks while KDCs
   * are asked.
   *
   * <p>The JDK keeps a referral, with the ticket that came with it, for the life of the JVM or
   * until that ticket ends, and uses it for a user's new tickets too: they would end with the old.
   * Whoever asks in the right realm at once is not referred.
   */
  KerberosTicket get(String service) throws GSSException, KerberosException {
    KerberosTicket first = ask(service);
    String realm = first.getServer().getRealm();
    if (service.endsWith("@" + realm) || !end(first).isBefore(endOfLogin())) {
      return first;
    }
    user.getPrivateCredentials().remove(first); // else the JDK takes that one
    try {
      KerberosTicket second = ask(service.substring(0, service.lastIndexOf('@') + 1) + realm);
      boolean isLater = end(second).isAfter(end(first));
      destroy(isLater ? first : second);
      return isLater ? second : first;
    } catch (GSSException e) {
      LOG.debug("only by referral: {}", service, e);
      return first;
    }
  }

  private Instant endOfLogin() {
    return user.getPrivateCredentials(KerberosTicket.class).stream()
        .filter(ticket -> ticket.getServer().getName().startsWith(GRANTING))
        .map(ServiceTickets::end)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }

  private static Instant end(KerberosTicket ticket) {
    return ticket.getEndTime().toInstant();
  }

  /** Asks for a ticket; the JDK leaves it with the user's other credentials. */
  private KerberosTicket ask(String service) throws GSSException, KerberosException {
    try {
      Subject.callAs(
          user,
          () -> {
            askAsUser(service);
            return null;
          });
    } catch (CompletionException e) {
      if (e.getCause() instanceof GSSException cause) {
        throw cause;
      }
      throw e;
    }
    return user.getPrivateCredentials(KerberosTicket.class).stream()
        .filter(ticket -> ticket.getServer().getName().startsWith("afs"))
        .findFirst()
        .orElseThrow(() -> new KerberosException("The JDK has lost the ticket for " + service));
  }

  private static void askAsUser(String service) throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    Oid kerberos = new Oid("1.2.840.113554.1.2.2");
    Oid principalName = new Oid("1.2.840.113554.1.2.2.1");
    GSSName name = manager.createName(service, principalName);
    GSSContext context = manager.createContext(name, kerberos, null, GSSContext.DEFAULT_LIFETIME);
    try {
      context.requestMutualAuth(false);
      context.requestCredDeleg(false);
      byte[] unsent = context.initSecContext(new byte[0], 0, 0);
      LOG.debug("got a ticket for {}; {} bytes would go to the service", service, unsent.length);
    } finally {
      context.dispose();
    }
  }

  static void destroy(KerberosTicket ticket) {
    try {
      ticket.destroy();
    } catch (DestroyFailedException e) {
      LOG.debug("a ticket could not be destroyed", e);
    }
  }
}
