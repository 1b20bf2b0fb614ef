package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The form of a chunk on disk: a header that says what it is, then the data. A checksum covers all
 * of both but the eight bytes at the start, which never change, and itself. So whatever a crash or
 * a broken disk leaves is found out.
 *
 * <pre>
 *  0  "heddle", 0, 1: the form
 *  8  CRC32C of all that follows it
 * 12  bytes of data
 * 16  volume, vnode, uniquifier, instance (4 bytes each)
 * 32  data version, index of the chunk (8 bytes each)
 * 48  bytes of the cell's name (2 bytes), and the name
 * </pre>
 */
final class ChunkFile {
  private static final long MAGIC = 0x686564646c650001L;
  private static final int CHECKSUM_OFFSET = 8;
  private static final int CHECKED_FROM = 12;
  private static final int VERSION_OFFSET = 32;
  private static final int FIXED_BYTES = 50;

  /** OpenAFS allows 64. */
  private static final int MAX_CELL_BYTES = 80;

  /** Greatest number of bytes of a chunk in this form. */
  static final int MAX_BYTES = FIXED_BYTES + MAX_CELL_BYTES + Chunk.BYTES;

  /** What is on the disk is no chunk, or not as it was written. */
  static final class TornException extends IOException {
    private static final long serialVersionUID = 1;

    TornException(String message) {
      super(message);
    }
  }

  private ChunkFile() {}

  /** Returns whether such a chunk can be written, and means the same to processes to come. */
  static boolean takes(ChunkKey key) {
    String cell = key.fid().cell();
    return key.instance() != 0 && !cell.isEmpty() && cell.getBytes(UTF_8).length <= MAX_CELL_BYTES;
  }

  /** Writes the chunk to {@code target}, which is cleared before and flipped after. */
  static void write(ChunkKey key, Chunk chunk, ByteBuffer target) {
    target.clear();
    putHeader(key, chunk.length(), target);
    chunk.copyTo(target, 0, chunk.length());
    target.flip();
    CRC32C checksum = new CRC32C();
    checksum.update(target.slice(CHECKED_FROM, target.limit() - CHECKED_FROM));
    target.putInt(CHECKSUM_OFFSET, (int) checksum.getValue());
  }

  private static void putHeader(ChunkKey key, int length, ByteBuffer target) {
    byte[] cell = key.fid().cell().getBytes(UTF_8);
    target
        .putLong(MAGIC)
        .putInt(0)
        .putInt(length)
        .putInt(key.fid().volume())
        .putInt(key.fid().vnode())
        .putInt(key.fid().uniquifier())
        .putInt(key.instance())
        .putLong(key.dataVersion())
        .putLong(key.index())
        .putShort((short) cell.length)
        .put(cell);
  }

  /**
   * Reads a chunk of {@code fileBytes} altogether. Returns nothing if it is there in another
   * version.
   *
   * @throws TornException if it is not as it was written
   */
  static Optional<Chunk> read(ChunkKey key, ReadableByteChannel in, long fileBytes)
      throws IOException {
    int headerBytes = FIXED_BYTES + key.fid().cell().getBytes(UTF_8).length;
    long length = fileBytes - headerBytes;
    if (length < 1 || length > Chunk.BYTES) {
      throw new TornException(fileBytes + " bytes cannot be a chunk");
    }
    ByteBuffer expected = ByteBuffer.allocate(headerBytes);
    putHeader(key, (int) length, expected);
    ByteBuffer header = ByteBuffer.allocate(headerBytes);
    readFully(in, header);
    int checksum = header.getInt(CHECKSUM_OFFSET);
    header.putInt(CHECKSUM_OFFSET, 0);
    if (!header.flip().equals(expected.flip())) {
      if (isOfOtherVersion(header, expected)) {
        return Optional.empty();
      }
      throw new TornException("this is not the header of " + key);
    }
    return Optional.of(readData(in, (int) length, header, checksum));
  }

  /** The instance and the data version lie beside each other. */
  private static boolean isOfOtherVersion(ByteBuffer header, ByteBuffer expected) {
    header.putInt(VERSION_OFFSET - Integer.BYTES, expected.getInt(VERSION_OFFSET - Integer.BYTES));
    header.putLong(VERSION_OFFSET, expected.getLong(VERSION_OFFSET));
    return header.equals(expected);
  }

  private static Chunk readData(
      ReadableByteChannel in, int length, ByteBuffer header, int expectedChecksum)
      throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(header.slice(CHECKED_FROM, header.limit() - CHECKED_FROM));
    byte[][] segments = new byte[(length + Chunk.SEGMENT_BYTES - 1) / Chunk.SEGMENT_BYTES][];
    for (int i = 0; i < segments.length; i++) {
      int start = i * Chunk.SEGMENT_BYTES;
      segments[i] = new byte[Math.min(Chunk.SEGMENT_BYTES, length - start)];
      readFully(in, ByteBuffer.wrap(segments[i]));
      checksum.update(segments[i]);
    }
    if ((int) checksum.getValue() != expectedChecksum) {
      throw new TornException("the checksum is wrong");
    }
    return new Chunk(segments, length);
  }

  private static void readFully(ReadableByteChannel in, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (in.read(target) < 0) {
        throw new TornException("the file ends too early");
      }
    }
  }
}
