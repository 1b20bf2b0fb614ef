package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;

/**
 * A directory that was opened for reading, only for {@link #force}, as programs do that want a new
 * name to be durable. In AFS changes of directories are at the server when they return; there is no
 * call that has it write a directory to its disk.
 */
final class DirectoryChannel extends FileChannel {
  private final CellPath path;

  DirectoryChannel(CellPath path) {
    this.path = path;
  }

  private FileSystemException isADirectory() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    return new FileSystemException(path.toString(), null, "is a directory");
  }

  @Override
  public void force(boolean metaData) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    path.getFileSystem().stat(path, FinalLink.FOLLOW); // its server can be reached
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    throw isADirectory();
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    throw isADirectory();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    throw isADirectory();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    throw isADirectory();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    throw isADirectory();
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    throw isADirectory();
  }

  @Override
  public long position() throws IOException {
    throw isADirectory();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    throw isADirectory();
  }

  @Override
  public long size() throws IOException {
    throw isADirectory();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    throw isADirectory();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    throw isADirectory();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    throw isADirectory();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException("a directory cannot be mapped");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    throw isADirectory();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    throw isADirectory();
  }

  @Override
  protected void implCloseChannel() {
    path.getFileSystem().resources().remove(this);
  }
}
