package heddle.afs.vnode;

import java.util.concurrent.CountDownLatch;

/**
 * One store of a file from its beginning, when it is settled what is to be stored, to its end; of
 * as many calls as that takes. Guarded by the lock of its {@link DirtyFile}, but for the latch.
 */
final class StoreTurn {
  /** What a store is to take. */
  enum Amount {
    /** All that waited when it began, and nothing that is written meanwhile. */
    ALL,
    /** Long pieces only, until somebody waits for the end: the writer goes on. */
    LONG
  }

  private final Holder writer;
  private final Amount amount;
  private final Durability durability;
  private final CountDownLatch over = new CountDownLatch(1);
  private boolean awaited;
  private boolean succeeded;

  StoreTurn(Holder writer, Amount amount, Durability durability) {
    this.writer = writer;
    this.amount = amount;
    this.durability = durability;
  }

  /** Returns whose data are stored, and so who stores them. */
  Holder writer() {
    return writer;
  }

  Amount amount() {
    return amount;
  }

  /** Returns where the data have to be. */
  Durability durability() {
    return durability;
  }

  /** Returns what is at zero when it has ended. */
  CountDownLatch over() {
    return over;
  }

  /** Somebody waits for the end. */
  void await() {
    awaited = true;
  }

  boolean isAwaited() {
    return awaited;
  }

  void end(boolean success) {
    succeeded = success;
    over.countDown();
  }

  /**
   * Returns whether all that waited when it began is where {@code asked} says; to be asked when it
   * is over.
   */
  boolean hasBrought(Durability asked) {
    return succeeded
        && amount == Amount.ALL
        && (asked == Durability.STORED || durability == Durability.ON_DISK);
  }
}
