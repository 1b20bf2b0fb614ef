package heddle.afs.rpc;

/**
 * Where stored data goes.
 *
 * @param offset first byte
 * @param length number of bytes
 * @param fileLength length of the file after the store, in bytes: shorter than before truncates it,
 *     longer makes a hole
 */
public record StoreRange(long offset, long length, long fileLength) {}
