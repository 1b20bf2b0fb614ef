/**
 * The security class rxkad, index 2: Kerberos tickets, and the cipher fcrypt.
 *
 * <p><b>What it is worth.</b> fcrypt has a key of 56 bits. rxkad keeps out who only listens, or who
 * has little money; it is what every AFS server speaks. Of the levels only {@link
 * heddle.rxrpc.security.rxkad.RxkadLevel#CRYPT crypt} hides data, and none has a checksum over all
 * of it.
 *
 * <p><b>Keys in memory.</b> Session and service keys are overwritten when their owner is closed.
 * Until then they lie on the heap, so a heap dump holds them; the garbage collector may have left
 * copies behind as well. They are in no log, exception, event or {@code toString}.
 */
@NullMarked
package heddle.rxrpc.security.rxkad;

import org.jspecify.annotations.NullMarked;
