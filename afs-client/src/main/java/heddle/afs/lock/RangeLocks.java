package heddle.afs.lock;

import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who has which bytes of one file locked, by the rules of POSIX: owners exclude each other, an
 * owner's own locks never do; a new lock of an owner replaces what it has there, and neighbours of
 * one mode are one lock. Not thread-safe.
 */
final class RangeLocks {
  private static final int MAX_LOCKS = 10_000;
  private static final int MAX_OF_OWNER = 5_000; // so no owner takes all

  /** A lock, but for its owner and first byte. */
  private record Piece(long last, LockMode mode, int process) {
    Piece endingAt(long newLast) {
      return new Piece(newLast, mode, process);
    }
  }

  /** Of each owner that has any: first byte to lock; they do not overlap. */
  private final Map<LockOwner, NavigableMap<Long, Piece>> locks = new HashMap<>();

  private int count; // of all

  boolean isEmpty() {
    return locks.isEmpty();
  }

  boolean has(LockOwner owner) {
    return locks.containsKey(owner);
  }

  /** Returns the number of locks. */
  int size() {
    return count;
  }

  /** Returns whether {@code request} can be granted without too many locks. */
  boolean hasRoomFor(LockRequest request) {
    LockOwner owner = request.owner();
    LockRange range = request.range();
    int more = (splits(owner, range) ? 2 : 1) - inside(owner, range);
    return has(owner, range, request.mode()) || hasRoom(owner, more);
  }

  /** Returns whether the range can be cleared without too many locks. */
  boolean hasRoomWithout(LockOwner owner, LockRange range) {
    return !splits(owner, range) || hasRoom(owner, 1);
  }

  private boolean hasRoom(LockOwner owner, int more) {
    NavigableMap<Long, Piece> own = locks.get(owner);
    int ofOwner = own == null ? 0 : own.size();
    return more <= 0 || (count + more <= MAX_LOCKS && ofOwner + more <= MAX_OF_OWNER);
  }

  /** Returns how many locks of {@code owner} a new one in the range would replace as a whole. */
  private int inside(LockOwner owner, LockRange range) {
    NavigableMap<Long, Piece> own = locks.get(owner);
    if (own == null) {
      return 0;
    }
    return (int)
        own.subMap(range.first(), true, range.last(), true).values().stream()
            .filter(piece -> piece.last() <= range.last())
            .count();
  }

  /** Returns whether the range lies within one lock, something of which is on either side. */
  private boolean splits(LockOwner owner, LockRange range) {
    NavigableMap<Long, Piece> own = locks.get(owner);
    Map.Entry<Long, Piece> before = own == null ? null : own.lowerEntry(range.first());
    return before != null && before.getValue().last() > range.last();
  }

  /** Returns whether {@code owner} has all of the range in that mode. */
  boolean has(LockOwner owner, LockRange range, LockMode mode) {
    NavigableMap<Long, Piece> own = locks.get(owner);
    Map.Entry<Long, Piece> found = own == null ? null : own.floorEntry(range.first());
    return found != null
        && found.getValue().last() >= range.last()
        && found.getValue().mode() == mode;
  }

  /** Returns whether somebody has all of the file. */
  boolean hasWhole() {
    return locks.keySet().stream().anyMatch(this::hasWhole);
  }

  private boolean hasWhole(LockOwner owner) {
    return has(owner, LockRange.WHOLE, LockMode.SHARED)
        || has(owner, LockRange.WHOLE, LockMode.EXCLUSIVE);
  }

  /** Returns all who have something. */
  Set<LockOwner> owners() {
    return Set.copyOf(locks.keySet());
  }

  /** Returns one lock that is in the way of {@code request}. */
  Optional<LockRequest> conflict(LockRequest request) {
    return locks.keySet().stream()
        .map(owner -> conflict(request, owner))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Returns all who have locks that are in the way of {@code request}. */
  Set<LockOwner> blockers(LockRequest request) {
    Set<LockOwner> blockers = new HashSet<>();
    for (LockOwner owner : locks.keySet()) {
      if (conflict(request, owner).isPresent()) {
        blockers.add(owner);
      }
    }
    return blockers;
  }

  private Optional<LockRequest> conflict(LockRequest request, LockOwner owner) {
    NavigableMap<Long, Piece> others = locks.get(owner);
    if (others == null || owner.equals(request.owner())) {
      return Optional.empty();
    }
    Long before = others.floorKey(request.range().first());
    long from = before == null ? request.range().first() : before;
    for (Map.Entry<Long, Piece> each :
        others.subMap(from, true, request.range().last(), true).entrySet()) {
      Piece piece = each.getValue();
      LockRange range = new LockRange(each.getKey(), piece.last());
      boolean exclusive =
          request.mode() == LockMode.EXCLUSIVE || piece.mode() == LockMode.EXCLUSIVE;
      if (exclusive && range.overlaps(request.range())) {
        return Optional.of(new LockRequest(owner, range, piece.mode(), piece.process()));
      }
    }
    return Optional.empty();
  }

  /** Grants {@code request}, which nothing may be in the way of. */
  void set(LockRequest request) {
    clear(request.owner(), request.range());
    NavigableMap<Long, Piece> own = locks.computeIfAbsent(request.owner(), key -> new TreeMap<>());
    int sizeBefore = own.size();
    long first = request.range().first();
    long last = request.range().last();
    Map.Entry<Long, Piece> before = own.lowerEntry(first);
    if (before != null
        && before.getValue().last() == first - 1
        && before.getValue().mode() == request.mode()) {
      first = before.getKey();
    }
    Map.Entry<Long, Piece> after = own.higherEntry(last);
    if (after != null && after.getKey() == last + 1 && after.getValue().mode() == request.mode()) {
      own.remove(after.getKey());
      last = after.getValue().last();
    }
    own.put(first, new Piece(last, request.mode(), request.process()));
    count += own.size() - sizeBefore;
  }

  /** Takes from {@code owner} what it has in {@code range}. */
  void clear(LockOwner owner, LockRange range) {
    NavigableMap<Long, Piece> own = locks.get(owner);
    if (own == null) {
      return;
    }
    int sizeBefore = own.size();
    Map.Entry<Long, Piece> before = own.lowerEntry(range.first());
    if (before != null && before.getValue().last() >= range.first()) {
      own.put(before.getKey(), before.getValue().endingAt(range.first() - 1));
      keepRest(own, before.getValue(), range.last());
    }
    Map<Long, Piece> inside = own.subMap(range.first(), true, range.last(), true);
    Piece lastInside = null;
    for (Piece piece : inside.values()) {
      lastInside = piece;
    }
    inside.clear();
    if (lastInside != null) {
      keepRest(own, lastInside, range.last());
    }
    count += own.size() - sizeBefore;
    if (own.isEmpty()) {
      locks.remove(owner);
    }
  }

  private static void keepRest(Map<Long, Piece> own, Piece piece, long cutAt) {
    if (piece.last() > cutAt) {
      own.put(cutAt + 1, piece);
    }
  }

  /** Nobody has anything any more. */
  void clear() {
    locks.clear();
    count = 0;
  }
}
