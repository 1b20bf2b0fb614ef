package heddle.afs.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records, each with its length and a checksum, so that a record that a crash has cut off
 * is known. Not thread-safe.
 */
final class RecordFile implements AutoCloseable {
  private static final int HEADER_BYTES = 8;
  private static final int MAX_RECORD_BYTES = 1 << 28;

  private final FileChannel file;
  private long end;

  private RecordFile(FileChannel file) {
    this.file = file;
  }

  /** Opens a file; what was in it is to be {@link #read} first. */
  static RecordFile open(Path path) throws IOException {
    return new RecordFile(
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** Takes records. */
  @FunctionalInterface
  interface Sink {
    void record(byte[] payload) throws IOException;
  }

  /**
   * Gives all whole records from the beginning on, and will append after the last of them.
   *
   * @return whether the file ended there
   */
  boolean read(Sink sink) throws IOException {
    end = 0;
    long size = file.size();
    while (end < size) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      if (!fill(header, end)) {
        return false;
      }
      int length = header.flip().getInt();
      int checksum = header.getInt();
      if (length < 0 || length > MAX_RECORD_BYTES || length > size - end - HEADER_BYTES) {
        return false;
      }
      ByteBuffer payload = ByteBuffer.allocate(length);
      if (!fill(payload, end + HEADER_BYTES) || checksum(payload.array()) != checksum) {
        return false;
      }
      sink.record(payload.array());
      end += HEADER_BYTES + length;
    }
    return true;
  }

  private boolean fill(ByteBuffer target, long from) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, from + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int checksum(byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(payload);
    return (int) checksum.getValue();
  }

  /** Appends a record; if that fails, it is as if it had never been tried. */
  void append(byte[] payload) throws IOException {
    if (payload.length > MAX_RECORD_BYTES) {
      throw new IOException("a record of " + payload.length + " bytes");
    }
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    record.putInt(payload.length).putInt(checksum(payload)).put(payload).flip();
    long at = end;
    while (record.hasRemaining()) {
      at += file.write(record, at);
    }
    end = at;
  }

  /** Returns the length of all records. */
  long length() {
    return end;
  }

  /** Removes all records. */
  void clear() throws IOException {
    file.truncate(0);
    end = 0;
  }

  /** Returns when all records are on the disk. */
  void force() throws IOException {
    file.force(false);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
