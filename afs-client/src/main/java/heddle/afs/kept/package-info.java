/** Written data that could not be stored when a client ended, in files of their own. */
@NullMarked
package heddle.afs.kept;

import org.jspecify.annotations.NullMarked;
