/**
 * Advisory locks: who has which bytes within this client, and the lock on the whole file that
 * covers them at the server.
 */
@NullMarked
package heddle.afs.lock;

import org.jspecify.annotations.NullMarked;
