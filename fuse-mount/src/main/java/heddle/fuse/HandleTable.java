package heddle.fuse;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which the kernel names what it has open. A look-up takes no lock; there is a limit
 * on how many are open at once. Thread-safe.
 *
 * @param <T> what is open
 */
final class HandleTable<T> {
  private static final int FIRST_SLOTS = 64;

  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Integer> free = new ArrayDeque<>(); // guarded by lock
  private int used; // slots ever given out, guarded by lock
  private volatile AtomicReferenceArray<@Nullable T> slots =
      new AtomicReferenceArray<>(FIRST_SLOTS); // replaced by a longer one under lock

  HandleTable(int limit) {
    this.limit = limit;
  }

  /** Returns the number that now stands for {@code value}; never 0. Empty if too much is open. */
  Optional<Long> add(T value) {
    lock.lock();
    try {
      Integer slot = free.poll();
      if (slot == null) {
        if (used == limit) {
          return Optional.empty();
        }
        slot = used++;
      }
      slotsWith(slot).set(slot, value);
      return Optional.of(slot + 1L);
    } finally {
      lock.unlock();
    }
  }

  private AtomicReferenceArray<@Nullable T> slotsWith(int slot) {
    AtomicReferenceArray<@Nullable T> old = slots;
    if (slot < old.length()) {
      return old;
    }
    var longer = new AtomicReferenceArray<@Nullable T>(Math.min(limit, 2 * old.length()));
    for (int i = 0; i < old.length(); i++) {
      longer.set(i, old.get(i));
    }
    slots = longer;
    return longer;
  }

  /** Returns what {@code handle} stands for; null if nothing. */
  @Nullable T find(long handle) {
    AtomicReferenceArray<@Nullable T> current = slots;
    return handle < 1 || handle > current.length() ? null : current.get((int) handle - 1);
  }

  /** Gives the number back; returns what it stood for, null if nothing. */
  @Nullable T remove(long handle) {
    lock.lock();
    try {
      T value = find(handle);
      if (value != null) {
        slots.set((int) handle - 1, null);
        free.push((int) handle - 1);
      }
      return value;
    } finally {
      lock.unlock();
    }
  }

  /** Returns everything that is open now. */
  List<T> values() {
    AtomicReferenceArray<@Nullable T> current = slots;
    var values = new ArrayList<T>();
    for (int i = 0; i < current.length(); i++) {
      T value = current.get(i);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
