/**
 * Rx packets: what the bytes of a datagram mean, and nothing else.
 *
 * <p>Everything here is a value. A packet with a payload points into the datagram that it was
 * decoded from, so it may be used only until that buffer is filled again.
 */
@NullMarked
package heddle.rxrpc.wire;

import org.jspecify.annotations.NullMarked;
