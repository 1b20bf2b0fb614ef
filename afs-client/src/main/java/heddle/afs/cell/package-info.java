/**
 * A whole AFS cell in this process: for tests, for trying things, and to serve a directory.
 *
 * <p>It speaks the real protocol over UDP, on a loopback address of its own. Clients of every make
 * can use it; nothing of the client side is used by the servers but the wire forms.
 */
@NullMarked
package heddle.afs.cell;

import org.jspecify.annotations.NullMarked;
