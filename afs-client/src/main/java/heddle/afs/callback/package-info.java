/**
 * Callback promises of file servers: which stand, and what ends them. Begin with {@link
 * heddle.afs.callback.CallbackTable}.
 */
@NullMarked
package heddle.afs.callback;

import org.jspecify.annotations.NullMarked;
