package heddle.rxrpc.security.krb5;

import java.io.Serial;

/**
 * Bytes that should be a ticket, a keytab or a part of one are not. Nothing in the message is
 * secret.
 *
 * <p>Has no stack trace: whoever sends tickets can provoke as many as it likes.
 */
public final class MalformedKerberosException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /** Creates one. */
  public MalformedKerberosException(String message) {
    super(message, null, false, false);
  }
}
