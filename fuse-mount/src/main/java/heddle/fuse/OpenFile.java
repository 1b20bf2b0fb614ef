package heddle.fuse;

import heddle.afs.AfsFile;

/**
 * A file that the kernel has open.
 *
 * @param path where it was opened, for people
 */
record OpenFile(MountPath path, AfsFile file) {}
