package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file, as all channels and streams use it: without a position. Thread-safe. What is
 * written is at the server, and seen by other clients, when {@link #close} or {@link #force}
 * returns.
 */
final class FileHandle implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FileHandle.class);

  private final CellPath path;
  private final AfsFile file;
  private final Options.Opening opening;
  private final AtomicBoolean closed = new AtomicBoolean();

  FileHandle(CellPath path, AfsFile file, Options.Opening opening) {
    this.path = path;
    this.file = file;
    this.opening = opening;
  }

  CellPath path() {
    return path;
  }

  AfsFile file() {
    return file;
  }

  Options.Opening opening() {
    return opening;
  }

  boolean isOpen() {
    return !closed.get();
  }

  void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  void requireReadable() throws ClosedChannelException {
    requireOpen();
    if (!opening.reads()) {
      throw new NonReadableChannelException();
    }
  }

  void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!opening.writes()) {
      throw new NonWritableChannelException();
    }
  }

  /** Fills {@code target}; returns the number of bytes, -1 at the end. */
  int read(ByteBuffer target, long offset) throws IOException {
    requireReadable();
    if (!target.hasRemaining()) {
      return 0;
    }
    int count = Failures.call(path, () -> file.read(target, offset));
    return count == 0 ? -1 : count;
  }

  /** Writes all of {@code source}; returns the number of bytes. */
  int write(ByteBuffer source, long offset) throws IOException {
    requireWritable();
    int count = source.remaining();
    Failures.run(
        path,
        () -> {
          file.write(source, offset);
          if (opening.syncs()) {
            file.sync();
          }
        });
    return count;
  }

  /**
   * Writes all of {@code source} at the end; returns where the end is then. Who appends to the file
   * through the same file system does it before or after that; other clients are not kept away.
   */
  long append(ByteBuffer source) throws IOException {
    requireWritable();
    var turn = path.getFileSystem().appends().of(file.fid());
    turn.lock();
    try {
      long end = size();
      return end + write(source, end);
    } finally {
      turn.unlock();
    }
  }

  long size() throws IOException {
    requireOpen();
    return Failures.call(path, () -> file.status().length());
  }

  /** Cuts the file off at {@code length}, if it is longer. */
  void truncate(long length) throws IOException {
    requireWritable();
    if (length < size()) {
      Failures.run(path, () -> file.truncate(length));
    }
  }

  /** Returns when the server has what was written on its disk. */
  void force() throws IOException {
    requireOpen();
    if (opening.writes()) {
      Failures.run(path, file::sync);
      path.getFileSystem().watching().changed(file.fid());
    }
  }

  /** Stores what was written and ends the use of the file. Does nothing the second time. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    path.getFileSystem().resources().remove(this);
    try {
      Failures.run(path, file::flush);
    } finally {
      end();
    }
  }

  /**
   * Ends the use of the file without waiting: in the background it is deleted, or what was written
   * is stored.
   */
  void abandon() {
    if (closed.compareAndSet(false, true)) {
      path.getFileSystem().resources().remove(this);
      file.close();
      if (isToBeDeleted()) {
        path.getFileSystem().later(this::deleteAbandoned);
      }
    }
  }

  private void deleteAbandoned() {
    try {
      delete();
    } catch (AfsException e) {
      LOG.warn("{} could not be deleted after it was closed: {}", path, e.getMessage());
    }
  }

  private boolean isToBeDeleted() {
    return opening.has(StandardOpenOption.DELETE_ON_CLOSE);
  }

  private void end() throws IOException {
    file.close();
    if (isToBeDeleted()) {
      Failures.run(path, this::delete);
    }
    if (opening.writes()) {
      path.getFileSystem().watching().changed(file.fid());
    }
  }

  /** Removes the name, if it is still that of this file. */
  private void delete() throws AfsException {
    AfsFileSystem fileSystem = path.getFileSystem();
    try {
      FileStatus found =
          fileSystem.client().stat(fileSystem.caller(), path.inClient(), FinalLink.KEEP);
      if (found.fid().equals(file.fid())) {
        fileSystem.client().remove(fileSystem.caller(), path.inClient());
      }
    } catch (AfsException.NoSuchFile e) {
      // somebody else was faster
    }
    fileSystem.watching().changedName(path);
  }
}
