package heddle.afs.nio;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file as a {@link FileChannel}: with a position, locks, and without maps. Thread-safe.
 *
 * <p>A thread that is interrupted closes the channel, as the API wants it; what was written is
 * stored in the background then.
 */
final class AfsFileChannel extends FileChannel {
  private static final int TRANSFER_BYTES = 256 << 10;

  private final FileHandle handle;
  private final AfsByteChannel bytes;
  private final ChannelLocks.Owner locks;

  AfsFileChannel(FileHandle handle) {
    this.handle = handle;
    this.bytes = new AfsByteChannel(handle);
    this.locks = handle.path().getFileSystem().locks().owner(handle);
  }

  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }

  private <T> T interruptibly(Operation<T> operation) throws IOException {
    handle.requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw closedByInterrupt();
    }
    try {
      return operation.run();
    } catch (InterruptedIOException e) {
      throw closedByInterrupt();
    }
  }

  private ClosedByInterruptException closedByInterrupt() throws IOException {
    handle.abandon();
    close();
    return new ClosedByInterruptException();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return interruptibly(() -> bytes.read(target));
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    handle.requireReadable(); // also where nothing is to be read
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      if (targets[i].hasRemaining()) {
        int wanted = targets[i].remaining();
        int count = read(targets[i]);
        if (count < 0) {
          return sum == 0 ? -1 : sum;
        }
        sum += count;
        if (count < wanted) {
          return sum;
        }
      }
    }
    return sum;
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    requireNotNegative(position);
    return interruptibly(() -> handle.read(target, position));
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return interruptibly(() -> bytes.write(source));
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    handle.requireWritable(); // also where nothing is to be written
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += write(sources[i]);
    }
    return sum;
  }

  /** Writes at the end if the channel appends, as Linux does. */
  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    requireNotNegative(position);
    if (handle.opening().appends()) {
      int count = source.remaining();
      interruptibly(() -> handle.append(source));
      return count;
    }
    return interruptibly(() -> handle.write(source, position));
  }

  private static void requireNotNegative(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position " + position);
    }
  }

  @Override
  public long position() throws IOException {
    return interruptibly(bytes::position);
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    interruptibly(() -> bytes.position(newPosition));
    return this;
  }

  @Override
  public long size() throws IOException {
    return interruptibly(handle::size);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    interruptibly(() -> bytes.truncate(size));
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    interruptibly(
        () -> {
          handle.force();
          return true;
        });
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    requireNotNegative(position);
    requireNotNegative(count);
    handle.requireReadable();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, TRANSFER_BYTES));
    long done = 0;
    while (done < count) {
      buffer.clear().limit((int) Math.min(count - done, TRANSFER_BYTES));
      if (read(buffer, position + done) < 0) {
        return done;
      }
      int wanted = buffer.flip().remaining();
      int written = target.write(buffer);
      done += written;
      if (written < wanted) {
        return done;
      }
    }
    return done;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    requireNotNegative(position);
    requireNotNegative(count);
    handle.requireWritable();
    if (position > size()) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, TRANSFER_BYTES));
    long done = 0;
    while (done < count) {
      buffer.clear().limit((int) Math.min(count - done, TRANSFER_BYTES));
      if (source.read(buffer) <= 0) {
        return done;
      }
      buffer.flip();
      done += write(buffer, position + done);
    }
    return done;
  }

  /** There is no memory that stands for a file of AFS in this process. */
  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException("files of AFS cannot be mapped");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    ChannelLock lock = new ChannelLock(this, new ChannelLocks.Wanted(position, size, shared));
    handle.requireOpen();
    try {
      locks.lock(lock);
      return lock;
    } catch (InterruptedIOException e) {
      throw new FileLockInterruptionException();
    }
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    ChannelLock lock = new ChannelLock(this, new ChannelLocks.Wanted(position, size, shared));
    Optional<ChannelLock> taken =
        interruptibly(() -> locks.tryLock(lock) ? Optional.of(lock) : Optional.empty());
    return taken.orElse(null);
  }

  ChannelLocks.Owner locks() {
    return locks;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    handle.path().getFileSystem().resources().remove(this);
    try {
      handle.close();
    } finally {
      locks.close();
    }
  }
}
