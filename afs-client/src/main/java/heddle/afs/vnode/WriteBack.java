package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.cache.DirtyMemory;
import heddle.afs.location.FileServer;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All written data of a client that are not stored yet: how much memory they may take, and when
 * they are stored though nobody waits for that. Thread-safe.
 *
 * <p>They are stored in the background when much of one file lies together, so that writing and
 * storing go on at the same time; when memory runs short, those first that were written first; when
 * they have waited for long; and again when a server could not be reached.
 */
public final class WriteBack {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBack.class);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** How long data wait for a token; if others need the memory, not as long. */
  private static final Duration TOKEN_PATIENCE = Duration.ofMinutes(10);

  private static final Duration TOKEN_PATIENCE_IN_NEED = Duration.ofMinutes(1);
  private static final UUID UNKNOWN_SERVER = new UUID(0, 0);

  private final Storer storer;
  private final DirtyMemory memory;
  private final Lifetime lifetime;
  private final ConcurrentHashMap<UUID, StoreShare> shares = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock(); // guards files
  private final Set<DirtyFile> files = new LinkedHashSet<>(); // in the order of their first write
  private volatile boolean ends; // nobody is told by a handle any more

  WriteBack(Storer storer, DirtyMemory memory, Lifetime lifetime) {
    this.storer = storer;
    this.memory = memory;
    this.lifetime = lifetime;
  }

  private StoreShare share(Vnode vnode) {
    List<FileServer> servers = vnode.volume().volume().servers();
    UUID server = servers.isEmpty() ? UNKNOWN_SERVER : servers.getFirst().uuid();
    return shares.computeIfAbsent(server, key -> new StoreShare());
  }

  /** Returns what the file's memory is counted on. */
  DirtyMemory.Account account(DirtyFile file) {
    return file.account(() -> share(file.vnode()).account());
  }

  /** Takes memory for data of {@code file}; blocks while others are stored to make room. */
  void reserve(DirtyFile file, long bytes, Request request) throws AfsException {
    DirtyMemory.Account account = account(file);
    if (!memory.tryTake(account, bytes)) {
      WaitingThread.Peer before = WaitingThread.turnTo(file.vnode().volume().volume());
      try {
        memory.take(account, bytes, request, this::relieve);
      } finally {
        WaitingThread.turnTo(before);
      }
    }
  }

  /** Gives memory back; if {@code bytes} is less than 0, so much more is used. */
  void giveBack(DirtyFile file, long bytes) {
    if (bytes < 0) {
      memory.takeAnyway(account(file), -bytes);
    } else if (bytes > 0) {
      memory.giveBack(account(file), bytes);
    }
  }

  /** Data may have been written to {@code file}. */
  void add(DirtyFile file) {
    lock.lock();
    try {
      if (file.isDirty()) { // else it may have been stored already, and nobody would remove it
        files.add(file);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops data of a file that is going to be removed. */
  void discard(DirtyFile file) {
    giveBack(file, file.discard());
    removeIfClean(file);
  }

  /** Gives up data of a file that must not be stored any more. */
  void lose(DirtyFile file, AfsException cause) {
    giveBack(file, file.lost(cause));
    removeIfClean(file);
  }

  /** Ends the call that brings data of a file to its server: it is made again if it may be. */
  void abortStore(DirtyFile file) {
    storer.abort(file.vnode().fid());
  }

  private void removeIfClean(DirtyFile file) {
    lock.lock();
    try {
      if (!file.isDirty()) {
        files.remove(file);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<DirtyFile> files() {
    lock.lock();
    try {
      return List.copyOf(files);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many bytes of memory unstored data take. */
  public long heldBytes() {
    return memory.used();
  }

  /** What has come of trying to store in the background. */
  private enum Start {
    /** It is being done, or there is nothing to be done. */
    DONE,
    /** A store that began before is under way. */
    UNDER_WAY,
    /** There is too much else to be done. */
    NO_THREAD
  }

  /** Begins to store in the background, unless that is done already or too much else is. */
  void start(DirtyFile file, StoreTurn.Amount amount) {
    if (lifetime.isOver()) {
      return;
    }
    tryToStart(file, amount);
    StoreShare share = share(file.vnode());
    if (share.takeRefusal()) {
      startSoon(share);
    }
  }

  /** Has all that waits in a file stored in the background, as soon as that is possible. */
  void startSoon(DirtyFile file) {
    StoreShare share = share(file.vnode());
    share.add(file);
    startSoon(share);
  }

  /** To be called whenever a store has ended: something may have waited for that. */
  private void startSoon(StoreShare share) {
    int left = share.size();
    while (left > 0 && !lifetime.isOver()) {
      DirtyFile next = share.poll();
      if (next == null) {
        return;
      }
      left--;
      if (share(next.vnode()) != share) { // the volume has moved
        startSoon(next);
        continue;
      }
      switch (tryToStart(next, StoreTurn.Amount.ALL)) {
        case DONE -> {}
        case UNDER_WAY -> {
          share.add(next);
          left += next.isBeingStored() ? 0 : 1; // else it ends after this, and comes here
        }
        case NO_THREAD -> {
          share.refused(next);
          if (share.stores().availablePermits() == 0) {
            return; // who has one comes here after this, or finds the refusal
          }
          left++;
        }
      }
      if (share.takeRefusal()) {
        left = share.size();
      }
    }
  }

  private Start tryToStart(DirtyFile file, StoreTurn.Amount amount) {
    StoreShare share = share(file.vnode());
    if (!share.stores().tryAcquire()) {
      return Start.NO_THREAD;
    }
    DirtyFile.Turn turn = file.begin(amount, Durability.STORED);
    if (turn instanceof DirtyFile.Turn.Yours(StoreTurn mine)) {
      Thread.ofVirtual().name("heddle-store").start(() -> runInBackground(file, mine, share));
      return Start.DONE;
    }
    share.stores().release();
    return turn instanceof DirtyFile.Turn.Wait ? Start.UNDER_WAY : Start.DONE;
  }

  private void runInBackground(DirtyFile file, StoreTurn turn, StoreShare share) {
    try {
      run(file, turn);
    } catch (AfsException e) {
      LOG.debug("storing {}: {}", file, e.getMessage()); // the file knows
    } finally {
      share.stores().release();
      relieveIfWanted(); // others may have found no thread
      startSoon(share);
    }
  }

  private void run(DirtyFile file, StoreTurn turn) throws AfsException {
    boolean stored = false;
    try {
      storer.store(new Storer.Task(file, turn, this::patience, bytes -> giveBack(file, bytes)));
      stored = true;
    } finally {
      file.end(stored);
      removeIfClean(file);
      relieveIfWanted(); // this file may have been passed over because it was under way
      startSoon(share(file.vnode())); // and it may be to be stored again
    }
  }

  /** At the end nobody is told by a handle: what is refused is left, to be kept elsewhere. */
  private Storer.Patience patience() {
    return new Storer.Patience(ends, memory.isWanted() ? TOKEN_PATIENCE_IN_NEED : TOKEN_PATIENCE);
  }

  private void relieveIfWanted() {
    if (memory.isWanted()) {
      relieve();
    }
  }

  /** Makes room: stores what was written first. */
  private void relieve() {
    long nowNanos = lifetime.clock().nanoTime();
    for (DirtyFile file : files()) {
      if (file.delay().isEmpty() || file.lacksToken(TOKEN_PATIENCE_IN_NEED, nowNanos)) {
        start(file, StoreTurn.Amount.ALL);
      }
    }
  }

  /**
   * Stores all data of a file that there are now; blocks until they are where {@code durability}
   * says, and not for what is written meanwhile.
   */
  void storeAll(DirtyFile file, Durability durability, Request request) throws AfsException {
    boolean waited = false;
    while (true) {
      switch (file.begin(StoreTurn.Amount.ALL, durability)) {
        case DirtyFile.Turn.Wait(StoreTurn other) -> {
          await(other, file, request);
          if (waited && other.hasBrought(durability)) {
            return; // it began after this did
          }
          waited = true;
        }
        case DirtyFile.Turn.Yours(StoreTurn turn) -> {
          run(file, turn);
          return;
        }
        case DirtyFile.Turn.Nothing.NOTHING -> {
          return;
        }
      }
    }
  }

  private void await(StoreTurn turn, DirtyFile file, Request request) throws AfsException {
    Duration left = request.remaining(lifetime.clock().nanoTime());
    if (!lifetime.await(turn.over(), left, file.vnode().volume().volume())) {
      throw new AfsException.ServersUnreachable(file + " were not stored in time");
    }
  }

  /** Stores now what failed before and what has waited for long. */
  void round() {
    long longAgo = lifetime.clock().nanoTime() - LONGEST_WAIT.toNanos();
    for (DirtyFile file : files()) {
      if (file.delay().isPresent() || file.hasWaitedSince(longAgo)) {
        start(file, StoreTurn.Amount.ALL);
      }
    }
  }

  /** Does rounds on a thread of its own until the client is closed. */
  public void startRounds() {
    lifetime.repeat("heddle-write-back", ROUND, this::round);
  }

  /**
   * Stores everything; blocks until that is done, or {@code limit} is over. Returns the files that
   * have data left; also those are that a server refuses to take.
   *
   * @param progress is told now and then how many bytes of memory are left to be stored
   */
  public List<UnstoredData> storeAll(Duration limit, LongConsumer progress)
      throws InterruptedException {
    ends = true;
    awaitAllStored(limit, progress);
    return unstored();
  }

  private void awaitAllStored(Duration limit, LongConsumer progress) throws InterruptedException {
    List<DirtyFile> all = files();
    CountDownLatch left = new CountDownLatch(all.size());
    for (DirtyFile file : all) {
      Thread.ofVirtual().name("heddle-store").start(() -> storeAtEnd(file, limit, left));
    }
    long endNanos = System.nanoTime() + limit.toNanos();
    long nowNanos = System.nanoTime();
    while (left.getCount() > 0 && endNanos - nowNanos > 0) {
      progress.accept(heldBytes());
      long waitNanos = Math.min(endNanos - nowNanos, Duration.ofSeconds(1).toNanos());
      if (left.await(waitNanos, TimeUnit.NANOSECONDS)) {
        break;
      }
      nowNanos = System.nanoTime();
    }
  }

  /** Returns the files that have data that are not stored; what is refused now is among them. */
  public List<UnstoredData> unstored() {
    ends = true;
    List<UnstoredData> unstored = new ArrayList<>();
    files().forEach(file -> file.unstored().ifPresent(unstored::add));
    return unstored;
  }

  /** Shows what is left of each file that has data that are not stored. */
  public void showUnstored(Consumer<UnstoredWrites> action) {
    files().forEach(file -> file.showUnstored(action));
  }

  private void storeAtEnd(DirtyFile file, Duration limit, CountDownLatch left) {
    Semaphore atOnce = share(file.vnode()).atEnd();
    atOnce.acquireUninterruptibly();
    try {
      Optional<Holder> writer = file.writer();
      if (writer.isPresent()) {
        long nowNanos = lifetime.clock().nanoTime();
        Request request = Request.begin(writer.get().now(), nowNanos, limit);
        storeAll(file, Durability.STORED, request);
      }
    } catch (AfsException e) {
      LOG.debug("storing {} at the end: {}", file, e.getMessage()); // the file knows
    } finally {
      atOnce.release();
      left.countDown();
    }
  }
}
