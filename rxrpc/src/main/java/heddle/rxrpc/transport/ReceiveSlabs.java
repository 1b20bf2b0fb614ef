package heddle.rxrpc.transport;

import org.jspecify.annotations.Nullable;

/**
 * The memory that one port receives into: a bounded number of slabs, made when they are first
 * needed. What calls have not read yet may keep most of them; who then receives copies instead. For
 * who receives.
 */
final class ReceiveSlabs {
  private final ReceiveSlab[] slabs;
  private int made;
  private int next; // where the search for a free one begins

  /**
   * Creates it empty.
   *
   * @param most slabs that there ever are
   */
  ReceiveSlabs(int most) {
    slabs = new ReceiveSlab[most];
  }

  /** Takes a slab that nobody uses; returns null if there is none. */
  @Nullable ReceiveSlab take() {
    for (int i = 0; i < made; i++) {
      ReceiveSlab slab = slabs[next];
      next = next + 1 < made ? next + 1 : 0;
      if (slab.take()) {
        return slab;
      }
    }
    if (made == slabs.length) {
      return null;
    }
    ReceiveSlab slab;
    try {
      slab = new ReceiveSlab();
    } catch (OutOfMemoryError e) {
      return null; // then what comes is copied
    }
    slabs[made++] = slab;
    boolean free = slab.take();
    assert free : "nobody else has it yet";
    return slab;
  }
}
