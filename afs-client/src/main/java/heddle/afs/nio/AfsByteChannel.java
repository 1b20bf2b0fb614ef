package heddle.afs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/** A file with a position. Thread-safe: one after the other uses the position. */
final class AfsByteChannel implements SeekableByteChannel {
  private final FileHandle handle;
  private final ReentrantLock turn = new ReentrantLock();
  private long position; // by turn

  AfsByteChannel(FileHandle handle) {
    this.handle = handle;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    turn.lock();
    try {
      int count = handle.read(target, position);
      position += Math.max(count, 0);
      return count;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    turn.lock();
    try {
      int count = source.remaining();
      if (handle.opening().appends()) {
        position = handle.append(source);
      } else {
        position += handle.write(source, position);
      }
      return count;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public long position() throws IOException {
    handle.requireOpen();
    turn.lock();
    try {
      return position;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public AfsByteChannel position(long newPosition) throws IOException {
    handle.requireOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("negative position " + newPosition);
    }
    turn.lock();
    try {
      position = newPosition;
      return this;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public long size() throws IOException {
    return handle.size();
  }

  @Override
  public AfsByteChannel truncate(long size) throws IOException {
    handle.requireWritable();
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    turn.lock();
    try {
      handle.truncate(size);
      position = Math.min(position, size);
      return this;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public boolean isOpen() {
    return handle.isOpen();
  }

  /** Blocks until the server has what was written; fails if it does not take it. */
  @Override
  public void close() throws IOException {
    handle.close();
  }
}
