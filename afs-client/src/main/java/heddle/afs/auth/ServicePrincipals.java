package heddle.afs.auth;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which the KDC may know the servers of a cell, in the order in which aklog asks.
 *
 * <p>Protocol source: OpenAFS src/aklog/aklog.c (behaviour).
 */
final class ServicePrincipals {
  private static final String SERVICE = "afs";

  private ServicePrincipals() {}

  /**
   * Returns the names to ask for.
   *
   * @param databaseHosts names of the hosts of the cell's databases
   * @param userRealm the realm that the user is of, whose KDC also knows who knows more (referrals)
   */
  static List<String> of(
      String cell, List<String> databaseHosts, String userRealm, KerberosConfig config) {
    Set<String> realms = new LinkedHashSet<>(List.of(userRealm));
    for (String host : databaseHosts) {
      config.realmOf(host).ifPresent(realms::add);
    }
    config.realmOf(cell).ifPresent(realms::add);
    for (String host : databaseHosts) {
      int dot = host.indexOf('.');
      if (dot >= 0) {
        realms.add(host.substring(dot + 1).toUpperCase(Locale.ROOT));
      }
    }
    realms.add(cell.toUpperCase(Locale.ROOT));
    List<String> principals = new ArrayList<>();
    for (String realm : realms) {
      principals.add(SERVICE + "/" + cell + "@" + realm);
      if (realm.equalsIgnoreCase(cell)) {
        principals.add(SERVICE + "@" + realm);
      }
    }
    return List.copyOf(principals);
  }
}
