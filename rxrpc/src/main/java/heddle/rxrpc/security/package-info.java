/** Security classes: who a caller is and how its packets are protected. */
@NullMarked
package heddle.rxrpc.security;

import org.jspecify.annotations.NullMarked;
