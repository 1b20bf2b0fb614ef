package heddle.rxrpc.security.rxkad;

import java.security.Principal;

/**
 * Who a client is, in the form that AFS uses: the names of Kerberos 4, also where the ticket is of
 * Kerberos 5. {@code host/www.example.org} is {@code rcmd.www} here.
 *
 * @param name the first component
 * @param instance the second one, or empty
 * @param realm where the client is known; empty for what a server of the cell printed for itself
 */
public record RxkadPrincipal(String name, String instance, String realm) implements Principal {
  private static final String SERVER_NAME = "afs";

  /**
   * Returns whether this is a server of the cell itself, or an administrator on one ({@code
   * -localauth}): who can print tickets may do everything.
   */
  public boolean isSuperuser() {
    return name.equals(SERVER_NAME) && instance.isEmpty() && realm.isEmpty();
  }

  @Override
  public String getName() {
    return toString();
  }

  /** Returns it as {@code name.instance@REALM}. */
  @Override
  public String toString() {
    return name + (instance.isEmpty() ? "" : "." + instance) + (realm.isEmpty() ? "" : "@" + realm);
  }
}
