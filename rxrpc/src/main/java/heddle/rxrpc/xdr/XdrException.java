package heddle.rxrpc.xdr;

import java.io.IOException;

/**
 * Bytes that are no value of the XDR type that was asked for, or that break a limit of the
 * interface definition. The call that carried them is of no further use; nothing is known about the
 * peer but that it broke the protocol.
 *
 * <p>Protocol source: RFC 4506.
 */
public final class XdrException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; {@code message} names the field and what was wrong with it. */
  public XdrException(String message) {
    super(message);
  }
}
