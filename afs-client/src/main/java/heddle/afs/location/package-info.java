/** Where things are: cells, volumes, servers and their addresses. */
@NullMarked
package heddle.afs.location;

import org.jspecify.annotations.NullMarked;
