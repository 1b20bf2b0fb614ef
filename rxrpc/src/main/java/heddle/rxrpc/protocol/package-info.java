/**
 * The deterministic core of the protocol: machines that are told what happened and when, and say
 * what to send. No I/O, no locks, no threads, no clock: the drivers of {@code transport} hold the
 * lock and pass the time.
 */
@NullMarked
package heddle.rxrpc.protocol;

import org.jspecify.annotations.NullMarked;
