package heddle.afs.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is to be closed with a file system: channels, streams. Thread-safe. */
final class OpenResources implements Closeable {
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Adds what has just been opened; returns it.
   *
   * @throws ClosedFileSystemException if the file system was closed meanwhile, and then that too
   */
  <T extends Closeable> T add(T resource) throws IOException {
    open.add(resource);
    if (closed) {
      open.remove(resource);
      resource.close();
      throw new ClosedFileSystemException();
    }
    return resource;
  }

  /** Forgets what has been closed. */
  void remove(Closeable resource) {
    open.remove(resource);
  }

  /** Closes all; fails with the first failure, the others suppressed in it. */
  @Override
  public void close() throws IOException {
    closed = true;
    FirstFailure failure = new FirstFailure();
    for (Closeable each : open) {
      failure.of(each::close);
    }
    open.clear();
    failure.rethrow();
  }
}
