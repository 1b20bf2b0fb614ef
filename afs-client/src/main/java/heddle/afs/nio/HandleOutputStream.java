package heddle.afs.nio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file. Not thread-safe, but for {@link #close}. */
final class HandleOutputStream extends OutputStream {
  private final FileHandle handle;
  private long position;

  HandleOutputStream(FileHandle handle) {
    this.handle = handle;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
    if (handle.opening().appends()) {
      handle.append(bytes);
    } else {
      position += handle.write(bytes, position);
    }
  }

  /** Blocks until the server has what was written; fails if it does not take it. */
  @Override
  public void close() throws IOException {
    handle.close();
  }
}
