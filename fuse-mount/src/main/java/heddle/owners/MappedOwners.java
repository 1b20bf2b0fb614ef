package heddle.owners;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.AfsException;
import heddle.afs.CellUsers;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;
import heddle.fuse.Owners;
import heddle.rxrpc.thread.WaitingThread;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The users of one cell are users of this machine, by a {@link UserMap}. Whoever is not in it is
 * nobody, and so are all owners of other cells, whose names mean other people. What the client
 * makes up, above the cells, stays as it is.
 *
 * <p>Names are looked up on a thread of their own, all that wait in one call, and remembered. Who
 * asks for a name that was never known waits a moment for it. If that was not enough, nobody waits
 * until there is an answer: the owner is nobody for as long. What is shown is asked for without a
 * token, and decides on nothing: who sets an owner is told again, by his own token.
 */
public final class MappedOwners implements Owners {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final int MAX_USERS = 10_000;
  private static final int MAX_WAITING = 1000; // in one call
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration BELIEVED_FOR = Duration.ofHours(1);
  private static final Duration NOBODY_FOR = Duration.ofMinutes(1); // who may just be being made
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

  /** Whose number the kernel gives to users that it has no number for. */
  static final int NOBODY = 65534;

  private final String cell;
  private final CellUsers users;
  private final UserMap map;
  private final Duration patience;
  private final LongSupplier nanoClock;
  private final Cache<Integer, Answer> answers =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_USERS).build();
  private final Cache<Asked, String> protectedNames; // never from answers without a token
  private final ReentrantLock lock = new ReentrantLock(); // guards those below
  private final Map<Integer, CountDownLatch> waiting = new LinkedHashMap<>();
  private boolean asking;
  private boolean slow; // somebody has waited in vain for what is being asked
  private @Nullable Long failedNanos; // when the last look-up failed, if it did
  private volatile boolean complained; // of the last look-up

  private record Answer(OptionalInt user, long sinceNanos) {
    boolean isFresh(long nowNanos) {
      Duration validity = user.isPresent() ? BELIEVED_FOR : NOBODY_FOR;
      return nowNanos - sinceNanos < validity.toNanos();
    }
  }

  /** Of whom who has the tokens of one moment has asked. */
  private record Asked(Caller who, int id) {}

  /** Maps users of {@code cell}, whom {@code users} know. */
  public MappedOwners(String cell, CellUsers users, UserMap map) {
    this(cell, users, map, PATIENCE, System::nanoTime);
  }

  /**
   * The same for tests.
   *
   * @param patience how long to wait for a name
   */
  MappedOwners(
      String cell, CellUsers users, UserMap map, Duration patience, LongSupplier nanoClock) {
    this.cell = cell;
    this.users = users;
    this.map = map;
    this.patience = patience;
    this.nanoClock = nanoClock;
    this.protectedNames =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_USERS)
            .expireAfterWrite(BELIEVED_FOR)
            .ticker(nanoClock::getAsLong)
            .build();
  }

  @Override
  public int shown(FileStatus status) {
    String where = status.fid().cell();
    if (where.isEmpty()) {
      return status.owner();
    }
    if (!where.equalsIgnoreCase(cell)) {
      return NOBODY;
    }
    int id = status.owner();
    return (map.needsName(id) ? byName(id) : byNumber(id)).orElse(NOBODY);
  }

  private OptionalInt byNumber(int id) {
    try {
      return map.userOf(id, Optional.empty());
    } catch (IOException e) {
      LOG.debug("AFS id {} has no user: {}", id, e.getMessage());
      return OptionalInt.empty();
    }
  }

  private OptionalInt byName(int id) {
    Answer known = answers.getIfPresent(id);
    if (known == null) {
      await(ask(id));
      known = answers.getIfPresent(id);
    } else if (!known.isFresh(nanoClock.getAsLong())) {
      ask(id);
    }
    return known == null ? OptionalInt.empty() : known.user();
  }

  /** Has the name looked up. Returns what to wait for; at zero where that makes no sense. */
  private CountDownLatch ask(int id) {
    lock.lock();
    try {
      Answer known = answers.getIfPresent(id);
      if (known != null && known.isFresh(nanoClock.getAsLong())) {
        return new CountDownLatch(0); // it came since we looked
      }
      Long failed = failedNanos;
      if ((failed != null && nanoClock.getAsLong() - failed < PAUSE_AFTER_FAILURE.toNanos())
          || waiting.size() >= MAX_WAITING) {
        return new CountDownLatch(0);
      }
      CountDownLatch answered = waiting.computeIfAbsent(id, key -> new CountDownLatch(1));
      if (!asking) {
        Thread.ofPlatform().daemon().name("heddle-owners").start(this::answerAll);
        asking = true;
      }
      return slow ? new CountDownLatch(0) : answered;
    } finally {
      lock.unlock();
    }
  }

  /** Returns for how many somebody waits, for tests. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void await(CountDownLatch answered) {
    if (answered.getCount() > 0) {
      WaitingThread.tell();
    }
    try {
      if (!answered.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        isSlow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void isSlow() {
    lock.lock();
    try {
      slow = asking;
    } finally {
      lock.unlock();
    }
  }

  /** Goes on until nobody waits. A platform thread: the C library may block it. */
  private void answerAll() {
    while (true) {
      Map<Integer, CountDownLatch> asked = takeWaiting();
      if (asked.isEmpty()) {
        return;
      }
      boolean done = false;
      try {
        done = answer(List.copyOf(asked.keySet()));
      } catch (RuntimeException | Error e) {
        LOG.error("the names of owners could not be looked up", e);
      } finally {
        answered(asked, done);
      }
    }
  }

  private Map<Integer, CountDownLatch> takeWaiting() {
    lock.lock();
    try {
      Map<Integer, CountDownLatch> taken = new LinkedHashMap<>(waiting);
      asking = !taken.isEmpty();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** They were waiting until here: who asked meanwhile has waited for this answer. */
  private void answered(Map<Integer, CountDownLatch> asked, boolean done) {
    lock.lock();
    try {
      failedNanos = done ? null : (Long) nanoClock.getAsLong();
      slow = false;
      waiting.keySet().removeAll(asked.keySet());
    } finally {
      lock.unlock();
    }
    asked.values().forEach(CountDownLatch::countDown);
  }

  /** Who cannot be looked up stays who he was. Returns whether anybody could be. */
  private boolean answer(List<Integer> ids) {
    Optional<IOException> failure = Optional.empty();
    boolean any = false;
    try {
      Map<Integer, String> names = users.names(Caller.anonymous(), cell, ids);
      for (int id : ids) {
        try {
          OptionalInt user = map.userOf(id, Optional.ofNullable(names.get(id)));
          answers.put(id, new Answer(user, nanoClock.getAsLong()));
          any = true;
        } catch (IOException e) {
          failure = Optional.of(e);
        }
      }
    } catch (AfsException e) {
      failure = Optional.of(e);
    }
    failure.ifPresent(this::complain);
    complained = failure.isPresent();
    return any;
  }

  /** Once, and again when all could be looked up in between. */
  private void complain(IOException failure) {
    LOG.atLevel(complained ? Level.DEBUG : Level.WARN)
        .log("owners are shown as nobody, or as before: {}", failure.getMessage());
  }

  @Override
  public int meant(Caller who, FileStatus status, int user) throws AfsException {
    boolean mapped = status.fid().cell().equalsIgnoreCase(cell);
    if (shown(status) == user && (!mapped || isCertainly(who, status.owner(), user))) {
      return status.owner();
    }
    Optional<UserMap.CellUser> found = mapped ? cellUserOf(user) : Optional.empty();
    return switch (found.orElseThrow(() -> nobody(user))) {
      case UserMap.CellUser.Numbered(int id) -> id;
      case UserMap.CellUser.Named(String name) -> {
        Integer id = users.ids(who, cell, List.of(name)).get(name);
        if (id == null) {
          throw nobody(user);
        }
        yield id;
      }
    };
  }

  /**
   * Returns whether {@code id}, who is shown as {@code user}, is: as far as {@code who} can be told
   * for sure.
   */
  private boolean isCertainly(Caller who, int id, int user) throws AfsException {
    if (!map.needsName(id) || who.token(cell).isEmpty()) {
      return true;
    }
    Asked asked = new Asked(who, id);
    Optional<String> name = Optional.ofNullable(protectedNames.getIfPresent(asked));
    if (name.isEmpty()) {
      name = Optional.ofNullable(users.names(who, cell, List.of(id)).get(id));
      name.ifPresent(told -> protectedNames.put(asked, told));
    }
    try {
      return map.userOf(id, name).orElse(NOBODY) == user;
    } catch (IOException e) {
      throw unknowable(e);
    }
  }

  private static AfsException.ServerFailure unknowable(IOException e) {
    return new AfsException.ServerFailure(String.valueOf(e.getMessage()), e);
  }

  private Optional<UserMap.CellUser> cellUserOf(int user) throws AfsException {
    try {
      return map.cellUserOf(user);
    } catch (IOException e) {
      throw unknowable(e);
    }
  }

  private AfsException.InvalidArgument nobody(int user) {
    return new AfsException.InvalidArgument(
        "nobody in cell " + cell + " is the user " + Integer.toUnsignedString(user) + " here");
  }
}
