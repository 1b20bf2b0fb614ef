package heddle.control;

import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * The tokens of the users of a mount: each has those that it has given itself, and nobody has those
 * of another, not even root or who mounted. Thread-safe.
 */
public final class TokenStore implements AutoCloseable {
  /** By what users are told from each other. */
  public enum Distinction {
    /** By their number. */
    UID,
    /** By their number and the session that a process is in. */
    SESSION
  }

  private static final int MAX_OWNERS = 4096;
  private static final int MAX_TOKENS_OF_ONE = 64;

  private final Distinction distinction;
  private final ProcessTable processes;
  private final InstantSource clock;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<Owner, Held> owners = new ConcurrentHashMap<>(); // changed by changing
  private volatile boolean empty = true;

  /** An owner's tokens, and when they were used last. */
  private static final class Held {
    final Identity identity;
    volatile long usedMillis;

    Held(Identity identity) {
      this.identity = identity;
    }

    Identity used(long nowMillis) {
      if (usedMillis != nowMillis) { // threads that share it need not write it all the time
        usedMillis = nowMillis;
      }
      return identity;
    }
  }

  TokenStore(Distinction distinction, ProcessTable processes, InstantSource clock) {
    this.distinction = distinction;
    this.processes = processes;
    this.clock = clock;
  }

  /** Returns an empty store. */
  public static TokenStore by(Distinction distinction) {
    return new TokenStore(distinction, ProcessTable.ofKernel(), InstantSource.system());
  }

  /** Returns by what users are told from each other. */
  public Distinction distinction() {
    return distinction;
  }

  /**
   * Returns the rights of a process of a user; those of anybody if the user has given no token.
   *
   * @param pid number of the process or thread, 0 if it is not known
   */
  public Caller caller(int uid, int pid) {
    if (empty) {
      return Caller.anonymous();
    }
    Held held =
        switch (distinction) {
          case UID -> owners.get(new Owner.User(uid));
          case SESSION -> owner(uid, pid).map(owners::get).orElse(null);
        };
    return held == null ? Caller.anonymous() : held.used(clock.millis());
  }

  /** Returns whose tokens a process of a user can set and drop; empty if it is in no session. */
  Optional<Owner> owner(int uid, int pid) {
    return switch (distinction) {
      case UID -> Optional.of(new Owner.User(uid));
      case SESSION -> processes.session(uid, pid).map(session -> session);
    };
  }

  /**
   * Sets a token of all processes of a user, which belongs to the store from now on.
   *
   * @throws ControlException if there are too many
   * @throws IllegalStateException if users are told from each other by session
   */
  public void setForUser(int uid, String cell, RxkadToken token) throws ControlException {
    if (distinction != Distinction.UID) {
      throw new IllegalStateException("tokens are for sessions");
    }
    set(new Owner.User(uid), cell, token);
  }

  /**
   * Sets a token, which belongs to the store from now on.
   *
   * @throws ControlException if there are too many
   */
  void set(Owner owner, String cell, RxkadToken token) throws ControlException {
    changing.lock();
    try {
      Held held = owners.get(owner);
      if (held == null) {
        makeRoom();
        held = new Held(Identity.named(owner.toString()));
      } else if (held.identity.tokens().size() >= MAX_TOKENS_OF_ONE
          && held.identity.token(cell).isEmpty()) {
        throw new ControlException(
            "there are tokens for " + MAX_TOKENS_OF_ONE + " cells; drop some: heddle logout CELL");
      }
      held.used(clock.millis()).set(cell, token);
      owners.put(owner, held);
      empty = false;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Sessions that have ended, and tokens that have expired, make way for others; where that is not
   * enough, who has not used its tokens for the longest time of those who have taken most room.
   */
  private void makeRoom() {
    if (owners.size() < MAX_OWNERS) {
      return;
    }
    for (Map.Entry<Owner, Held> entry : new ArrayList<>(owners.entrySet())) {
      if (hasEnded(entry.getKey()) || hasExpired(entry.getValue().identity)) {
        remove(entry.getKey());
      }
    }
    if (owners.size() >= MAX_OWNERS) {
      leastRecentlyUsed().ifPresent(this::remove);
    }
  }

  /** A user with many sessions is in nobody's way but its own. */
  private Optional<Owner> leastRecentlyUsed() {
    Map<Integer, Long> sessions =
        owners.keySet().stream().collect(Collectors.groupingBy(Owner::uid, Collectors.counting()));
    return owners.entrySet().stream()
        .min(
            Comparator.comparingLong(
                    (Map.Entry<Owner, Held> entry) ->
                        -sessions.getOrDefault(entry.getKey().uid(), 0L))
                .thenComparingLong(entry -> entry.getValue().usedMillis))
        .map(Map.Entry::getKey);
  }

  private void remove(Owner owner) {
    Held removed = owners.remove(owner);
    if (removed != null) {
      removed.identity.close();
    }
  }

  private boolean hasEnded(Owner owner) {
    return switch (owner) {
      case Owner.User user -> false;
      case Owner.Session session ->
          processes
              .find(session.session())
              .map(first -> first.start() != session.start())
              .orElse(true);
    };
  }

  private boolean hasExpired(Identity identity) {
    return identity.tokens().values().stream()
        .noneMatch(token -> token.expiry().isAfter(clock.instant()));
  }

  /** Drops tokens: for one cell, or all if none is given. Returns the cells that had one. */
  List<String> drop(Owner owner, Optional<String> cell) {
    changing.lock();
    try {
      Held held = owners.get(owner);
      if (held == null) {
        return List.of();
      }
      Identity identity = held.identity;
      List<String> dropped = new ArrayList<>();
      for (String each : identity.tokens().keySet()) {
        if (cell.map(each::equalsIgnoreCase).orElse(true) && identity.drop(each)) {
          dropped.add(each);
        }
      }
      if (identity.tokens().isEmpty()) {
        owners.remove(owner);
        empty = owners.isEmpty();
      }
      return dropped;
    } finally {
      changing.unlock();
    }
  }

  /** Returns the tokens of an owner by their cells. */
  Map<String, RxkadToken> tokens(Owner owner) {
    Held held = owners.get(owner);
    return held == null ? new HashMap<>() : held.identity.tokens();
  }

  /** Drops everything. */
  @Override
  public void close() {
    changing.lock();
    try {
      owners.values().forEach(held -> held.identity.close());
      owners.clear();
      empty = true;
    } finally {
      changing.unlock();
    }
  }
}
