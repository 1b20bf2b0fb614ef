package heddle.afs.kept;

import heddle.afs.Fid;
import heddle.afs.UnstoredWrites;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * The form of kept data in a file. Every part has a checksum, and the end is marked: what a crash
 * or a broken disk leaves is found out.
 *
 * <pre>
 *  8 bytes  "heddle", 'K', 2: the form
 *  4 + n    length of the description, and it
 *  4        CRC32C of both
 *           for each piece:
 *  8 + 4    offset in the file, number of bytes (at most 1 MiB)
 *  n        the bytes
 *  4        CRC32C of all three
 *           at the end:
 *  8 + 4    -1, number of pieces
 *  4        CRC32C of both
 * </pre>
 */
final class KeptFile {
  private static final long MAGIC = 0x686564646c654b02L;
  private static final int MAX_DESCRIPTION_BYTES = 1 << 18;
  private static final int MAX_TEXT = 8192; // characters; a path has 4096 bytes at most
  private static final int PIECE_BYTES = 1 << 20;
  private static final int PIECE_HEADER_BYTES = 12;
  private static final long END = -1;

  /** What is in the file is not what was written. */
  static final class TornException extends IOException {
    private static final long serialVersionUID = 1;

    TornException(String message) {
      super(message);
    }

    TornException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private KeptFile() {}

  static void write(UnstoredWrites writes, KeptWrites description, WritableByteChannel out)
      throws IOException {
    byte[] described = encode(description);
    ByteBuffer header = ByteBuffer.allocate(2 * Integer.BYTES + described.length);
    header.putInt(described.length).put(described).putInt(checksum(header, described.length + 4));
    writeFully(out, ByteBuffer.allocate(Long.BYTES).putLong(MAGIC).flip());
    writeFully(out, header.flip());
    ByteBuffer piece = ByteBuffer.allocate(PIECE_HEADER_BYTES + PIECE_BYTES + Integer.BYTES);
    int count = 0;
    for (UnstoredWrites.Range range : writes.ranges()) {
      for (long at = range.start(); at < range.end(); at += PIECE_BYTES) {
        int length = (int) Math.min(PIECE_BYTES, range.end() - at);
        piece.clear().putLong(at).putInt(length).limit(PIECE_HEADER_BYTES + length);
        writes.read(piece, at);
        piece.limit(piece.capacity());
        writeFully(out, piece.putInt(checksum(piece, piece.position())).flip());
        count++;
      }
    }
    piece.clear().putLong(END).putInt(count);
    writeFully(out, piece.putInt(checksum(piece, PIECE_HEADER_BYTES)).flip());
  }

  /** Of the first bytes. */
  private static int checksum(ByteBuffer buffer, int count) {
    CRC32C checksum = new CRC32C();
    checksum.update(buffer.slice(0, count));
    return (int) checksum.getValue();
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static byte[] encode(KeptWrites description) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    Fid fid = description.fid();
    out.writeUTF(fid.cell());
    out.writeInt(fid.volume());
    out.writeInt(fid.vnode());
    out.writeInt(fid.uniquifier());
    out.writeLong(description.dataVersion());
    out.writeLong(description.truncatedTo());
    out.writeLong(description.grownTo());
    out.writeLong(description.modified().toEpochMilli());
    out.writeLong(description.kept().toEpochMilli());
    out.writeUTF(description.root());
    out.writeUTF(atMost(description.path()));
    out.writeUTF(atMost(description.writer()));
    out.writeUTF(atMost(description.principal()));
    out.writeUTF(atMost(description.reason()));
    return bytes.toByteArray();
  }

  private static String atMost(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  private static KeptWrites decode(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    String cell = in.readUTF();
    Fid fid = new Fid(cell, in.readInt(), in.readInt(), in.readInt());
    long dataVersion = in.readLong();
    long truncatedTo = in.readLong();
    long grownTo = in.readLong();
    Instant modified = Instant.ofEpochMilli(in.readLong());
    Instant kept = Instant.ofEpochMilli(in.readLong());
    String root = in.readUTF();
    String path = in.readUTF();
    String writer = in.readUTF();
    String principal = in.readUTF();
    return new KeptWrites(
        fid,
        root,
        path,
        dataVersion,
        truncatedTo,
        grownTo,
        modified,
        kept,
        writer,
        principal,
        in.readUTF());
  }

  /**
   * Reads the description, at the beginning.
   *
   * @throws TornException if it is not as it was written
   */
  static KeptWrites readDescription(ReadableByteChannel in) throws IOException {
    if (read(in, ByteBuffer.allocate(Long.BYTES)).getLong() != MAGIC) {
      throw new TornException("this is no file of kept data");
    }
    ByteBuffer length = read(in, ByteBuffer.allocate(Integer.BYTES));
    int count = length.getInt(0);
    if (count <= 0 || count > MAX_DESCRIPTION_BYTES) {
      throw new TornException("the description has " + count + " bytes");
    }
    ByteBuffer rest = read(in, ByteBuffer.allocate(count + Integer.BYTES));
    CRC32C checksum = new CRC32C();
    checksum.update(length);
    checksum.update(rest.slice(0, count));
    if ((int) checksum.getValue() != rest.getInt(count)) {
      throw new TornException("the checksum of the description is wrong");
    }
    byte[] described = new byte[count];
    rest.get(described);
    try {
      return decode(described);
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw new TornException("the description makes no sense", e);
    }
  }

  /**
   * Reads the pieces, behind the description; what was shown before something is found to be wrong
   * is as it was written.
   *
   * @throws TornException if not all is as it was written
   */
  static void readPieces(ReadableByteChannel in, KeptData.PieceAction action) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_HEADER_BYTES + PIECE_BYTES + Integer.BYTES);
    int count = 0;
    while (true) {
      piece.clear().limit(PIECE_HEADER_BYTES);
      read(in, piece);
      long offset = piece.getLong(0);
      int length = piece.getInt(Long.BYTES);
      int dataBytes = offset == END ? 0 : length;
      if (offset < END || dataBytes < 0 || dataBytes > PIECE_BYTES) {
        throw new TornException(dataBytes + " bytes at " + offset + " make no sense");
      }
      piece.limit(PIECE_HEADER_BYTES + dataBytes + Integer.BYTES).position(PIECE_HEADER_BYTES);
      readMore(in, piece);
      int end = PIECE_HEADER_BYTES + dataBytes;
      if (checksum(piece, end) != piece.getInt(end)) {
        throw new TornException("the checksum of the bytes at " + offset + " is wrong");
      }
      if (offset == END) {
        requireEnd(in, length, count);
        return;
      }
      action.take(piece.slice(PIECE_HEADER_BYTES, dataBytes), offset);
      count++;
    }
  }

  private static void requireEnd(ReadableByteChannel in, int expected, int count)
      throws IOException {
    if (expected != count || in.read(ByteBuffer.allocate(1)) >= 0) {
      throw new TornException("there are " + count + " pieces in place of " + expected);
    }
  }

  private static ByteBuffer read(ReadableByteChannel in, ByteBuffer target) throws IOException {
    readMore(in, target);
    return target.flip();
  }

  private static void readMore(ReadableByteChannel in, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (in.read(target) < 0) {
        throw new TornException("the file ends too early", new EOFException());
      }
    }
  }
}
