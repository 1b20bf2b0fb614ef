package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Turns names of Kerberos 5 into those that AFS knows.
 *
 * <p>Protocol source: OpenAFS src/rxkad/ticket5.c (behaviour); the table is that of MIT krb5.
 *
 * <p>Deviation: OpenAFS cuts names of 64 bytes or more, so that two clients may have one name; here
 * they are refused.
 */
final class PrincipalNames {
  private static final int MAX_BYTES = 63;

  /** Services whose second component is a host, of which Kerberos 4 has the first label only. */
  private static final Set<String> ON_HOSTS =
      Set.of(
          "host",
          "discuss",
          "rvdsrv",
          "sample",
          "olc",
          "pop",
          "sis",
          "rfs",
          "imap",
          "ftp",
          "ecat",
          "daemon",
          "gnats",
          "moira",
          "prms",
          "mandarin",
          "register",
          "changepw",
          "sms",
          "afpserver",
          "gdss",
          "news",
          "abs",
          "nfs",
          "tftp",
          "http",
          "khttp",
          "pgpsigner",
          "irc",
          "mandarin-agent",
          "write",
          "palladium",
          "smtp",
          "lmtp",
          "ldap",
          "acap",
          "argus",
          "mupdate");

  private PrincipalNames() {}

  /** Returns what AFS calls this client. */
  static RxkadPrincipal of(List<String> components, String realm, DottedNames dotted)
      throws RxkadException {
    if (components.isEmpty() || components.size() > 2 || components.getFirst().isEmpty()) {
      throw refused("a name of " + components.size() + " components");
    }
    String name = components.getFirst();
    if (dotted == DottedNames.REFUSED && name.indexOf('.') >= 0) {
      throw refused("a name with a dot, which would be taken for that of an instance");
    }
    String instance = components.size() == 2 ? components.get(1) : "";
    if (components.size() == 2 && ON_HOSTS.contains(name)) {
      int dot = instance.indexOf('.');
      if (dot < 0) {
        throw refused("a service on a host without domain");
      }
      instance = instance.substring(0, dot);
      name = name.equals("host") ? "rcmd" : name;
    }
    return new RxkadPrincipal(checked(name), checked(instance), checked(realm));
  }

  private static String checked(String part) throws RxkadException {
    if (part.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused("a name or realm of more than " + MAX_BYTES + " bytes");
    }
    return part;
  }

  private static RxkadException refused(String why) {
    return new RxkadException(Violation.TICKET_NAME_REFUSED, why);
  }
}
