/**
 * How the users of a mount give it their tokens. The mount keeps them in a {@link
 * heddle.control.TokenStore}, by user or by session, and listens on a Unix socket ({@link
 * heddle.control.ControlServer}); {@code heddle login} and its like are clients of that ({@link
 * heddle.control.ControlClient}). The kernel says who is at the other end, to both.
 */
@NullMarked
package heddle.control;

import org.jspecify.annotations.NullMarked;
