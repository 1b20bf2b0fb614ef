package heddle.afs;

/** One name of a directory. {@code name} belongs to the reader: it must not be changed. */
public record DirectoryEntry(byte[] name, Fid fid) {}
