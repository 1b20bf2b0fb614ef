/** Which users of this machine the owners of files in AFS are. */
@NullMarked
package heddle.owners;

import org.jspecify.annotations.NullMarked;
