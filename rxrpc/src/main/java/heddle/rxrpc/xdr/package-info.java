/** XDR (RFC 4506), the form of the arguments and results of AFS's remote procedure calls. */
@NullMarked
package heddle.rxrpc.xdr;

import org.jspecify.annotations.NullMarked;
