/** What a client keeps of the servers' data: statuses, directories, chunks of files. */
@NullMarked
package heddle.afs.cache;

import org.jspecify.annotations.NullMarked;
