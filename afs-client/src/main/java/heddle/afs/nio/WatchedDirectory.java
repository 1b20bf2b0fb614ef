package heddle.afs.nio;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory that is watched: what was seen of it last, and the events since. Thread-safe. */
final class WatchedDirectory implements WatchKey {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedDirectory.class);
  private static final int MAX_EVENTS = 512;

  private final CallbackWatchService service;
  private final CellPath path;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Event<?>> events = new ArrayList<>(); // by lock
  private boolean signalled; // by lock
  private volatile boolean valid = true;
  private volatile boolean suspect;
  private volatile boolean looking; // then anything may be something new in it
  private volatile Set<WatchEvent.Kind<?>> kinds;
  private volatile DirectorySnapshot seen = DirectorySnapshot.NOTHING; // set by one thread

  WatchedDirectory(CallbackWatchService service, CellPath path, Set<WatchEvent.Kind<?>> kinds) {
    this.service = service;
    this.path = path;
    this.kinds = kinds;
  }

  private record Event<T>(WatchEvent.Kind<T> kind, int count, @Nullable T context)
      implements WatchEvent<T> {
    Event<T> again() {
      return new Event<>(kind, count + 1, context);
    }

    boolean isSame(WatchEvent.Kind<?> otherKind, @Nullable Object otherContext) {
      return kind.equals(otherKind)
          && (context == null ? otherContext == null : context.equals(otherContext));
    }
  }

  /** Looks for the first time; returns which directory it is. */
  Fid begin() throws IOException {
    seen = Failures.call(path, () -> DirectorySnapshot.take(path));
    return seen.directory();
  }

  void watchFor(Set<WatchEvent.Kind<?>> wanted) {
    kinds = wanted;
  }

  /** Notes that {@code fid} may have changed; returns whether that means anything here. */
  boolean mayHaveChanged(Fid fid) {
    boolean mine = looking || seen.concerns(fid);
    if (mine) {
      suspect = true;
    }
    return mine;
  }

  void mayHaveChanged() {
    suspect = true;
  }

  /** Returns how many names it had when it was looked at last, and all was told. */
  int namesSeen() {
    return seen.entries().size();
  }

  /** Looks whether anything has changed. If that cannot be found out now, it is later. */
  void look(boolean unasked) {
    if (!valid || (!suspect && !unasked)) {
      return;
    }
    looking = true;
    suspect = false; // before: what changes from here on is looked at again
    try {
      DirectorySnapshot now = DirectorySnapshot.take(path);
      if (!now.directory().equals(seen.directory())) {
        end();
        return;
      }
      tellDifferences(seen, now);
      seen = now;
    } catch (AfsException.NoSuchFile
        | AfsException.StaleFid
        | AfsException.NotADirectory
        | AfsException.PermissionDenied e) {
      LOG.debug("{} is watched no more", path, e);
      end();
    } catch (AfsException e) {
      LOG.debug("{} cannot be looked at", path, e);
    } finally {
      looking = false;
    }
  }

  private void tellDifferences(DirectorySnapshot before, DirectorySnapshot now) {
    for (Map.Entry<PathName, DirectorySnapshot.Entry> each : before.entries().entrySet()) {
      PathName name = each.getKey();
      DirectorySnapshot.Entry after = now.entries().get(name);
      if (after == null || !after.fid().equals(each.getValue().fid())) {
        tell(StandardWatchEventKinds.ENTRY_DELETE, name);
      } else if (!after.equals(each.getValue())) {
        tell(StandardWatchEventKinds.ENTRY_MODIFY, name);
      }
    }
    for (Map.Entry<PathName, DirectorySnapshot.Entry> each : now.entries().entrySet()) {
      DirectorySnapshot.Entry was = before.entries().get(each.getKey());
      if (was == null || !was.fid().equals(each.getValue().fid())) {
        tell(StandardWatchEventKinds.ENTRY_CREATE, each.getKey());
      }
    }
  }

  private void tell(WatchEvent.Kind<Path> kind, PathName name) {
    if (kinds.contains(kind)) {
      Path context = CellPath.ofBytes(path.getFileSystem(), name.bytes());
      lock.lock();
      try {
        add(kind, context);
        signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private void add(WatchEvent.Kind<Path> kind, Path context) {
    int last = events.size() - 1;
    boolean again =
        last >= 0
            && (events.get(last).isSame(kind, context)
                || events.get(last).kind().equals(StandardWatchEventKinds.OVERFLOW));
    if (again) {
      events.set(last, events.get(last).again());
    } else if (events.size() < MAX_EVENTS) {
      events.add(new Event<>(kind, 1, context));
    } else {
      events.clear();
      events.add(new Event<>(StandardWatchEventKinds.OVERFLOW, 1, null));
    }
  }

  private void signal() {
    if (!signalled) {
      signalled = true;
      service.signal(this);
    }
  }

  /** The directory is gone: the key is not valid any more, and whoever waits is told. */
  private void end() {
    cancel();
    lock.lock();
    try {
      signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isValid() {
    return valid;
  }

  @Override
  public List<WatchEvent<?>> pollEvents() {
    lock.lock();
    try {
      List<WatchEvent<?>> polled = List.copyOf(events);
      events = new ArrayList<>();
      return polled;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean reset() {
    lock.lock();
    try {
      if (!valid) {
        return false;
      }
      if (signalled) {
        if (events.isEmpty()) {
          signalled = false;
        } else {
          service.signal(this);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel() {
    valid = false;
    service.forget(this);
  }

  @Override
  public Watchable watchable() {
    return path;
  }
}
