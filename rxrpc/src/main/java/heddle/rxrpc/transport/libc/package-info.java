/**
 * The C library's socket calls, bound through jnr-ffi. The package is open at run time, since
 * jnr-ffi implements the interface with a class of its own; it is no part of the API.
 */
@NullMarked
package heddle.rxrpc.transport.libc;

import org.jspecify.annotations.NullMarked;
