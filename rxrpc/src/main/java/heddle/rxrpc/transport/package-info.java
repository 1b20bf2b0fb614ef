/**
 * Sockets, threads and locks: what drives the machines of {@code protocol}. Everything that waits,
 * waits here, and no lock is held meanwhile but the user mutex of the call concerned.
 */
@NullMarked
package heddle.rxrpc.transport;

import org.jspecify.annotations.NullMarked;
