package heddle.rxrpc.transport;

import org.jspecify.annotations.Nullable;

/**
 * The memory that one port receives into: a bounded number of slabs, made when they are first
 * needed. What calls have not read yet may keep most of them; who then receives copies instead. For
 * who receives.
 */
final class ReceiveSlabs {
  private final ReceiveSlab[] slabs;
  private final boolean[] taken;
  private int made;
  private int next; // where the search for a free one begins

  /**
   * Creates it empty.
   *
   * @param most slabs that there ever are
   */
  ReceiveSlabs(int most) {
    slabs = new ReceiveSlab[most];
    taken = new boolean[most];
  }

  /** Takes a slab that nobody uses; returns null if there is none. */
  @Nullable ReceiveSlab take() {
    for (int i = 0; i < made; i++) {
      int at = next;
      next = next + 1 < made ? next + 1 : 0;
      if (!taken[at] && slabs[at].isBack()) {
        taken[at] = true;
        return slabs[at];
      }
    }
    if (made == slabs.length) {
      return null;
    }
    try {
      slabs[made] = new ReceiveSlab();
    } catch (OutOfMemoryError e) {
      return null; // then what comes is copied
    }
    taken[made] = true;
    return slabs[made++];
  }

  /** Nobody receives into the slab any more; calls may still read from it. */
  @SuppressWarnings("ReferenceEquality") // it is about the memory
  void giveBack(ReceiveSlab slab) {
    for (int i = 0; i < made; i++) {
      if (slabs[i] == slab) {
        taken[i] = false;
        return;
      }
    }
  }
}
