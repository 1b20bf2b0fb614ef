package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;

/**
 * A client's call that the peer may have no room for yet.
 *
 * <p>BUSY is mostly a matter of milliseconds: the peer's thread has sent the reply to the channel's
 * last call but has not put it away, or a backlog is being filled up. So the call waits a little
 * and offers its first packet again, twice as long each time, until the peer takes it or the time
 * for that is over. The rest of the request follows when the peer has taken the first packet.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.c, rxi_ReceiveServerCall (when a server answers BUSY; its
 * client goes on resending); Linux net/rxrpc input.c (likewise).
 */
final class CallOffer {
  private static final long FIRST_WAIT_NANOS = 2_000_000L;
  private static final int MAX_DOUBLINGS = 8; // 512 ms

  private final CallMachine call;
  private final long patienceNanos;
  private int refusals; // since the peer was last known to take the call
  private long refusedSinceNanos;
  private boolean refusedForGood;

  CallOffer(CallMachine call, long patienceNanos) {
    this.call = call;
    this.patienceNanos = patienceNanos;
  }

  /** The peer has answered BUSY. */
  void refused(long nowNanos) {
    if (call.timers.isSet(Timer.OFFER)) {
      return; // speaks of another packet of the same offer
    }
    if (refusals++ == 0) {
      refusedSinceNanos = nowNanos;
    }
    if (nowNanos - refusedSinceNanos >= patienceNanos) {
      refusedForGood = everyOfferWasRefused();
      call.complete(Completion.Plain.PEER_BUSY);
      return;
    }
    call.loss.onRefused(nowNanos);
    long wait = FIRST_WAIT_NANOS << Math.min(refusals - 1, MAX_DOUBLINGS);
    call.timers.set(Timer.OFFER, nowNanos + wait);
  }

  private boolean everyOfferWasRefused() {
    SendWindow send = call.send;
    return send.nothingResent()
        || (send.sentTop() - send.base() == 1
            && send.packet(send.base()).transmissions == refusals);
  }

  /** Something came that only a peer sends which knows the call. */
  void taken() {
    if (refusals > 0) {
      refusals = 0;
      call.timers.clear(Timer.OFFER);
    }
  }

  /** Returns how many packets may be in flight at a time, of those that the windows allow. */
  int mostInFlight() {
    if (refusals == 0) {
      return Integer.MAX_VALUE;
    }
    return call.timers.isSet(Timer.OFFER) ? 0 : 1;
  }

  /** Returns whether the call has ended because the peer refused each copy of it that was sent. */
  boolean wasRefusedForGood() {
    return refusedForGood;
  }
}
