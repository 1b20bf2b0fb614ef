/** Files and directories in use: names to vnodes, operations on them. */
@NullMarked
package heddle.afs.vnode;

import org.jspecify.annotations.NullMarked;
