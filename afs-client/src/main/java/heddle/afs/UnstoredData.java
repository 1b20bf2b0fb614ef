package heddle.afs;

/**
 * Written data of a file that could not be stored.
 *
 * @param fid the file
 * @param bytes of the file that were written; 0 if only its length was changed
 * @param reason what the server, or its silence, said last
 */
public record UnstoredData(Fid fid, long bytes, String reason) {}
