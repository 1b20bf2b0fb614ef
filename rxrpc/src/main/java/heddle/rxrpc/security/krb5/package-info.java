/**
 * As much of Kerberos 5 as a service needs to read the tickets of its callers: keytabs, the DER of
 * tickets, and the encryption types of RFC 3961, 3962 and 4757 on the ciphers of the JDK.
 *
 * <p>Nothing here talks to a KDC, and nothing here is part of the API.
 */
@NullMarked
package heddle.rxrpc.security.krb5;

import org.jspecify.annotations.NullMarked;
