/**
 * Rx for Java: remote procedure calls over UDP as AFS speaks them, in blocking style. Begin with
 * {@link heddle.rxrpc.Endpoint}.
 */
@NullMarked
package heddle.rxrpc;

import org.jspecify.annotations.NullMarked;
