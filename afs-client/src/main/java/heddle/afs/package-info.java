/**
 * An AFS client as a library: look-ups, files and directories of AFS cells, cached and coherent.
 * Begin with {@link heddle.afs.AfsClient}.
 */
@NullMarked
package heddle.afs;

import org.jspecify.annotations.NullMarked;
