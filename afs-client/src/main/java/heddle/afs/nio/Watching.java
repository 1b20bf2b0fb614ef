package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.ChangeListener;
import heddle.afs.Fid;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells the watch services of a file system what may have changed: what servers break promises of,
 * and what is changed through the file system itself, of which servers do not tell. Thread-safe.
 */
final class Watching implements ChangeListener {
  private static final long LOOKING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AfsFileSystem fileSystem;
  private final List<CallbackWatchService> services = new CopyOnWriteArrayList<>();
  private final AtomicBoolean listening = new AtomicBoolean();

  Watching(AfsFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  CallbackWatchService open() throws IOException {
    return open(LOOKING_NANOS);
  }

  /** Opens one that looks at everything, unasked, each {@code lookingNanos}. */
  CallbackWatchService open(long lookingNanos) throws IOException {
    if (listening.compareAndSet(false, true)) {
      fileSystem.client().addChangeListener(this);
    }
    CallbackWatchService service = new CallbackWatchService(fileSystem, lookingNanos);
    services.add(service);
    return fileSystem.resources().add(service);
  }

  /** The file system was closed; its client may go on. */
  void end() {
    fileSystem.client().removeChangeListener(this);
  }

  void forget(CallbackWatchService service) {
    services.remove(service);
    fileSystem.resources().remove(service);
  }

  @Override
  public void changed(Fid fid) {
    tell(service -> service.mayHaveChanged(fid));
  }

  @Override
  public void manyChanged() {
    tell(CallbackWatchService::allMayHaveChanged);
  }

  private void tell(Consumer<CallbackWatchService> event) {
    services.forEach(event);
  }

  /** The name was made, moved or removed through this file system. */
  void changedName(CellPath path) {
    CellPath absolute = path.toAbsolutePath();
    CellPath parent = absolute.getParent();
    changedStatus(parent == null ? absolute : parent, FinalLink.FOLLOW);
  }

  /** The status of what is there was changed through this file system. */
  void changedStatus(CellPath path, FinalLink finalLink) {
    if (services.isEmpty()) {
      return;
    }
    try {
      changed(fileSystem.client().stat(fileSystem.caller(), path.inClient(), finalLink).fid());
    } catch (AfsException e) {
      manyChanged(); // they find out
    }
  }
}
