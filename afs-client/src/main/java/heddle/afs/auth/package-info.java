/** Who an operation is done for: callers, their tokens, and how Kerberos gives them. */
@NullMarked
package heddle.afs.auth;

import org.jspecify.annotations.NullMarked;
