package heddle.fuse;

import heddle.afs.Fid;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mount from beginning to end: checks the mount point, mounts, serves until it is unmounted or
 * the process is told to stop, and leaves nothing behind.
 *
 * <p>What ends it: {@code fusermount -u} and {@code umount}, for the kernel then has no more
 * requests; a lazy unmount, once the last user is gone or as soon as one hangs; {@link #stop()}
 * and, after {@link #stopAtSignals()}, SIGINT, SIGTERM and SIGHUP. Then, in this order: nothing can
 * be opened any more; what was written is stored; the mount is taken away, out of sight of those
 * who still use it; what came meanwhile, or could not be stored before, is stored; locks are
 * released, not earlier, or others could write in between; the tree is closed, which fails every
 * operation that waits.
 */
public final class AfsMount {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  /** How long an operation may hang in a mount that nobody can see any more. */
  private static final Duration HANGING = Duration.ofSeconds(2);

  /** What was written while the mount ended gets so long where something else cannot be stored. */
  private static final Duration SECOND_STORE = Duration.ofSeconds(5);

  private static final Duration RELEASING_LOCKS = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Duration CLOSING_TREE = Duration.ofSeconds(3);
  private static final Duration LEAVING_LIBRARY = Duration.ofSeconds(1);

  private enum Event {
    STOP,
    SESSION_ENDED,
    OUT_OF_SIGHT
  }

  private final AfsTree tree;
  private final MountPoint mountPoint;
  private final FuseAdapter adapter;
  private final FuseSession session;
  private final BlockingQueue<Event> events;
  private final Optional<MountTable.Entry> mounted;
  private volatile Duration storeWithin = Duration.ofSeconds(30);
  private volatile @Nullable Keeper keeper;
  private volatile String recovery = ""; // set before the keeper
  private final ReentrantLock lock = new ReentrantLock(); // guards those below
  private int stops;
  private @Nullable Thread storing;

  private AfsMount(
      AfsTree tree,
      MountPoint mountPoint,
      FuseAdapter adapter,
      FuseSession session,
      BlockingQueue<Event> events) {
    this.tree = tree;
    this.mountPoint = mountPoint;
    this.adapter = adapter;
    this.session = session;
    this.events = events;
    this.mounted = mountTable().at(mountPoint.bytes());
  }

  /**
   * Looks whether something could be mounted on {@code point}, so that who mounts is told before
   * anything is opened or asked for. What a process that was killed left mounted there is taken
   * away.
   *
   * @throws MountException with what to do
   */
  public static void requireFree(Path point) throws MountException {
    MountPoint.check(point);
  }

  /**
   * Mounts {@code tree}, which is closed when the mount ends. When this returns, the mount can be
   * used.
   *
   * @param identities whose rights its users have
   * @throws MountException if it cannot be mounted; nothing is mounted then, the tree is open
   */
  public static AfsMount mount(AfsTree tree, MountOptions options, MountIdentities identities)
      throws MountException {
    FuseLibrary.Fuse library = FuseLibrary.loadFuse();
    MountPoint mountPoint = MountPoint.check(options.mountPoint());
    Privileges.check(options);
    var credentials = new Credentials(library::fuse_get_context, identities);
    LinkTargets links =
        options.links() == MountOptions.Links.INTO_MOUNT
            ? LinkTargets.into(mountPoint.bytes())
            : LinkTargets.AS_STORED;
    var adapter =
        new FuseAdapter(
            tree, credentials, System::nanoTime, options.access(), links, options.owners());
    var events = new LinkedBlockingQueue<Event>();
    FuseSession session =
        FuseSession.mount(
            library,
            OperationTable.of(adapter),
            mountPoint.bytes(),
            options,
            () -> events.add(Event.SESSION_ENDED));
    var mount = new AfsMount(tree, mountPoint, adapter, session, events);
    mount.mounted.ifPresent(
        entry -> MountWatch.start(entry.id(), () -> events.add(Event.OUT_OF_SIGHT)));
    return mount;
  }

  private static MountTable mountTable() {
    try {
      return MountTable.read();
    } catch (IOException e) {
      LOG.debug("the table of mounts cannot be read", e);
      return new MountTable(List.of());
    }
  }

  /** Returns the number of requests of the kernel so far. */
  public long requests() {
    return session.requests();
  }

  /**
   * Begins the end of the mount; the second time, what was written and is not stored yet is given
   * up. Returns at once.
   */
  public void stop() {
    events.add(Event.STOP);
    lock.lock();
    try {
      stops++;
      if (isHurried() && storing != null) {
        storing.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isHurried() {
    return stops > 1;
  }

  /**
   * Makes SIGINT, SIGTERM and SIGHUP stop the mount in place of the whole process; the second one
   * gives up what was written and is not stored.
   */
  public void stopAtSignals() {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Signals.handle(signal, this::stop);
    }
  }

  /**
   * Serves until the mount has ended; everything is closed then.
   *
   * @param notices takes what a user should know about how it ended
   * @return what was written and could not be stored
   */
  public List<UnstoredData> serve(Consumer<String> notices) throws InterruptedException {
    Duration patience = storeWithin;
    switch (awaitEnd()) {
      case SESSION_ENDED -> LOG.debug("unmounted");
      case OUT_OF_SIGHT -> LOG.debug("unmounted lazily, and an operation hangs");
      case STOP -> {
        adapter.end();
        if (!store(storeWithin, notices).isEmpty()) {
          patience = shorter(storeWithin, SECOND_STORE);
        }
        unmount(notices);
      }
    }
    List<UnstoredData> lost = store(patience, notices);
    Set<Fid> kept = lost.isEmpty() ? Set.of() : new UnstoredKeeping(tree, adapter).keep(keeper);
    lost.forEach(data -> notices.accept(left(data, kept.contains(data.fid()))));
    tree.releaseLocks(RELEASING_LOCKS);
    closeTree();
    session.close(LEAVING_LIBRARY);
    return lost;
  }

  /** Stores what was written, for {@code limit} at most; returns what could not be stored. */
  private List<UnstoredData> store(Duration limit, Consumer<String> notices)
      throws InterruptedException {
    if (!mayStore()) {
      return tree.unstored();
    }
    var seconds = new AtomicInteger();
    try {
      return tree.storeAll(
          limit,
          bytes -> {
            if (bytes > 0 && seconds.getAndIncrement() > 0) { // nothing of what takes no time
              notices.accept(
                  "storing what was written, %d KiB are left; a second signal gives them up"
                      .formatted((bytes + 1023) >> 10));
            }
          });
    } catch (InterruptedException e) {
      if (!endStoring()) {
        throw e;
      }
      return tree.unstored();
    } finally {
      endStoring();
    }
  }

  private boolean mayStore() {
    lock.lock();
    try {
      if (isHurried()) {
        return false;
      }
      storing = Thread.currentThread();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes an interrupt by {@link #stop} back; returns whether there may have been one. */
  private boolean endStoring() {
    lock.lock();
    try {
      if (storing != null && isHurried()) {
        Thread.interrupted();
      }
      storing = null;
      return isHurried();
    } finally {
      lock.unlock();
    }
  }

  private String left(UnstoredData data, boolean kept) {
    String where =
        adapter
            .pathOf(data.fid())
            .map(path -> mountPoint.path() + path.toString())
            .orElse(data.fid().toString());
    String fate = kept ? " are kept: " : " are lost: ";
    String remedy = kept ? "; to store them: " + recovery : "";
    return data.bytes() + " bytes written to " + where + fate + data.reason() + remedy;
  }

  /** Keeps what cannot be stored when the mount ends. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Keeps data: they are on the disk when this returns.
     *
     * @param path in the mount, bytes as characters of the same numbers; empty if it is not known
     */
    void keep(UnstoredWrites writes, String path) throws IOException;
  }

  /**
   * Gives what cannot be stored at the end to {@code taker}; it is lost if this is not called.
   *
   * @param command the command that stores what is kept
   */
  public void keepWith(Keeper taker, String command) {
    recovery = command;
    keeper = taker;
  }

  /** Lets data that were written be stored for so long when the mount ends; 30 s if not called. */
  public void storeWithin(Duration limit) {
    storeWithin = limit;
  }

  /** Returns why the mount has to end. A mount out of sight lives on while nothing hangs in it. */
  private Event awaitEnd() throws InterruptedException {
    Event event = events.take();
    while (event == Event.OUT_OF_SIGHT && !isHanging()) {
      Event next = events.poll(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
      event = next == null ? event : next;
    }
    return event;
  }

  private boolean isHanging() {
    return session.oldest(OperationKind.OTHER).compareTo(HANGING) >= 0
        || (session.oldest(OperationKind.STORING).compareTo(HANGING) >= 0
            && session.oldest(OperationKind.STORING).compareTo(storeWithin) >= 0);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void unmount(Consumer<String> notices) {
    if (mounted.isPresent() && !mountTable().contains(mounted.get().id())) {
      return; // what is there now is not ours
    }
    var unmounter = new Unmounter(mountPoint.bytes());
    if (unmounter.unmount()) {
      return;
    }
    List<String> users = MountUsers.of(mountPoint.path().toString());
    if (!unmounter.detach()) {
      return; // somebody else did it
    }
    notices.accept(
        users.isEmpty()
            ? mountPoint.path() + " was in use"
            : mountPoint.path() + " was in use by " + String.join(", ", users));
  }

  /** Gives up on a tree that cannot say good-bye to its servers in time. */
  private void closeTree() throws InterruptedException {
    Thread closing = Thread.ofPlatform().daemon().name("heddle-close").start(tree::close);
    if (!closing.join(CLOSING_TREE)) {
      LOG.debug("the servers were not all told that their promises are given up");
    }
  }
}
