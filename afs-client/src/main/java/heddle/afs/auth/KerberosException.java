package heddle.afs.auth;

import java.io.IOException;

/**
 * Kerberos gives no ticket: there are no credentials, the KDC does not know the service, or it
 * cannot be reached. The message says what can be done, as far as that is known.
 */
public final class KerberosException extends IOException {
  private static final long serialVersionUID = 1;

  KerberosException(String message) {
    super(message);
  }

  KerberosException(String message, Throwable cause) {
    super(message, cause);
  }
}
