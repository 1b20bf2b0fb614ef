package heddle.afs.nio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads a file from its beginning. Not thread-safe, but for {@link #close}. */
final class HandleInputStream extends InputStream {
  private final FileHandle handle;
  private long position;

  HandleInputStream(FileHandle handle) {
    this.handle = handle;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    int count = handle.read(ByteBuffer.wrap(target, offset, length), position);
    position += Math.max(count, 0);
    return count;
  }

  @Override
  public int available() throws IOException {
    return Math.clamp(handle.size() - position, 0, Integer.MAX_VALUE);
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.clamp(count, 0, Math.max(0, handle.size() - position));
    position += skipped;
    return skipped;
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
