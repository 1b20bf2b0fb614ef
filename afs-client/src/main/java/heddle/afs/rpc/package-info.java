/**
 * The RPCs of AFS as blocking stubs and records: file server, volume location server, and the
 * callback service that file servers call. Nothing here retries, caches or knows cells.
 */
@NullMarked
package heddle.afs.rpc;

import org.jspecify.annotations.NullMarked;
