/**
 * AFS mounted through FUSE: jnr-fuse's structures, loop threads of our own, and an adapter that
 * only converts. Begin with {@link heddle.fuse.AfsMount}.
 *
 * <p>{@code FuseAdapter} is what the kernel asks for, {@code FuseSession} how its requests come in
 * and on which threads, {@code KernelView} what the kernel believes and when that is out of date,
 * {@code Errno} how failures go back.
 */
@NullMarked
package heddle.fuse;

import org.jspecify.annotations.NullMarked;
