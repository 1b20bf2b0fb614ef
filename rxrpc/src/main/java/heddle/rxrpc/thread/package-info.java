/** What threads of the user's and this library tell each other. */
@NullMarked
package heddle.rxrpc.thread;

import org.jspecify.annotations.NullMarked;
