/** What a user may see of the protocol at work: a line for each packet, and captures of them. */
@NullMarked
package heddle.rxrpc.trace;

import org.jspecify.annotations.NullMarked;
