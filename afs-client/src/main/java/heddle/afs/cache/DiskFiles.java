package heddle.afs.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Where chunks lie on disk, one file each. Thread-safe, but for {@link #write}: one at a time. */
interface DiskFiles extends AutoCloseable {
  /** Writes a file, in place of one that may be there; a reader sees the old one or the new one. */
  void write(DiskSlot slot, ByteBuffer whole) throws IOException;

  /**
   * Reads a chunk; nothing if it is there in another version.
   *
   * @throws NoSuchFileException if it is not there
   * @throws ChunkFile.TornException if it is not as it was written
   */
  Optional<Chunk> read(ChunkKey key) throws IOException;

  /** Removes a file if it is there. */
  void delete(DiskSlot slot) throws IOException;

  /** Has the file be the one that was used last, for processes to come. */
  void touch(DiskSlot slot) throws IOException;

  /** Begins to look through all files. */
  DiskScan scan() throws IOException;

  /** Lets another process have them. */
  @Override
  void close();
}
