package heddle.rxrpc.transport;

/**
 * Which thread has packets of a call on their way out: one at a time, so that they leave in the
 * order in which they were numbered. Who comes meanwhile leaves what there is to send to that
 * thread, which looks again before it gives the turn back.
 *
 * <p>Guarded by the call's core lock. Without the turn two threads that send for one call overtake
 * each other between the lock and the socket, and the peer takes that for loss.
 */
final class SendTurn {
  /** Who has the turn. */
  enum Holder {
    NOBODY,
    /** The thread of a user or of the timer, in a step of its own. */
    STEP,
    /** Whoever receives, until the end of the batch. */
    RECEIVER
  }

  private Holder holder = Holder.NOBODY;
  private boolean more; // to send than the holder knows of

  Holder holder() {
    return holder;
  }

  /** Takes the turn if nobody else has it; else its holder will send. */
  boolean take(Holder who) {
    if (holder == Holder.NOBODY || (holder == who && who == Holder.RECEIVER)) {
      holder = who;
      return true;
    }
    more = true;
    return false;
  }

  /** Whatever the holder was doing, it has failed: others may go on. */
  void drop() {
    holder = Holder.NOBODY;
    more = false;
  }

  /**
   * The holder has filled a batch.
   *
   * @param full whether there was no room for all
   */
  void noteMore(boolean full) {
    more |= full;
  }

  /** The holder had nothing to send after all; nobody can have come meanwhile. */
  void giveBack() {
    assert !more;
    holder = Holder.NOBODY;
  }

  /** Returns whether the holder has to send once more; if not, the turn is given back. */
  boolean goOn(Holder who) {
    if (holder != who) {
      return false; // it was dropped
    }
    if (more) {
      more = false;
      return true;
    }
    holder = Holder.NOBODY;
    return false;
  }
}
