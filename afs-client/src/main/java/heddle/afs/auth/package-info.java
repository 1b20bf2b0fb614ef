/** Who an operation is done for: callers and, later, their tokens. */
@NullMarked
package heddle.afs.auth;

import org.jspecify.annotations.NullMarked;
