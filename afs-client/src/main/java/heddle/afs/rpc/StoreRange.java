package heddle.afs.rpc;

/**
 * Where stored data goes.
 *
 * @param offset first byte
 * @param length number of bytes
 * @param fileLength where the server cuts the file off before it writes, in bytes; nothing happens
 *     if the file is not longer
 */
public record StoreRange(long offset, long length, long fileLength) {}
