package heddle.afs.nio;

import heddle.afs.AfsDirectory;
import heddle.afs.DirectoryEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory as they were when it was opened. Thread-safe, as is its one iterator.
 */
final class EntryStream implements DirectoryStream<Path> {
  private final CellPath directory;
  private final List<DirectoryEntry> entries;
  private final Filter<? super Path> filter;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile boolean closed;

  private EntryStream(
      CellPath directory, List<DirectoryEntry> entries, Filter<? super Path> filter) {
    this.directory = directory;
    this.entries = entries;
    this.filter = filter;
  }

  static EntryStream open(CellPath path, Filter<? super Path> filter) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    fileSystem.requireOpen();
    return fileSystem.resources().add(new EntryStream(path, entries(path), filter));
  }

  private static List<DirectoryEntry> entries(CellPath path) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    return Failures.call(
        path,
        () -> {
          try (AfsDirectory open =
              fileSystem.client().openDirectory(fileSystem.caller(), path.inClient())) {
            return open.entries();
          }
        });
  }

  @Override
  public Iterator<Path> iterator() {
    if (closed || !begun.compareAndSet(false, true)) {
      throw new IllegalStateException(closed ? "the stream is closed" : "there is one iterator");
    }
    return new Entries(entries.iterator());
  }

  @Override
  public void close() {
    closed = true;
    directory.getFileSystem().resources().remove(this);
  }

  /** One behind the other, those that the filter lets through; none once the stream is closed. */
  private final class Entries implements Iterator<Path> {
    private final ReentrantLock turn = new ReentrantLock();
    private final Iterator<DirectoryEntry> rest; // by turn
    private @Nullable Path ahead; // by turn

    Entries(Iterator<DirectoryEntry> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      turn.lock();
      try {
        while (ahead == null && rest.hasNext() && !closed) {
          Path path = directory.child(PathName.ofBytes(rest.next().name()));
          ahead = accepts(path) ? path : null;
        }
        return ahead != null;
      } finally {
        turn.unlock();
      }
    }

    private boolean accepts(Path path) {
      try {
        return filter.accept(path);
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }

    @Override
    public Path next() {
      turn.lock();
      try {
        Path next = hasNext() ? ahead : null;
        if (next == null) {
          throw new NoSuchElementException("no more entries of " + directory);
        }
        ahead = null;
        return next;
      } finally {
        turn.unlock();
      }
    }
  }
}
