/**
 * AFS as a {@code java.nio.file} file system: {@code FileSystems.newFileSystem(URI.create(
 * "afs://example.org/"), env)}. Begin with {@link heddle.afs.nio.AfsEnvironment}.
 *
 * <p>Everything here stands on the public API of the client; it keeps no state of files of its own.
 */
@NullMarked
package heddle.afs.nio;

import org.jspecify.annotations.NullMarked;
