package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.PacketHeader;

/**
 * What a call does when its path swallows what is large: the peer is there and answers what is
 * small, but time after time nothing arrives of the packets of data.
 *
 * <p><b>Suspicion.</b> After two time-outs in a row between which the peer was heard of, the size
 * for this peer falls, so that all that was never sent is cut to it. A peer answers for a call only
 * if it knows it; so the first packet of a call is never larger than what nearly every path
 * carries.
 *
 * <p><b>Cutting anew.</b> A packet that was sent keeps its bytes, for the peer may have it. So the
 * call is quiet for as long as any datagram may be under way, and asks the peer what it has. If
 * that is nothing of what was sent, then nothing of it will ever arrive, and it is cut again too.
 * If the peer has a packet behind the hole, which is to say that it keeps a sequence number that
 * cannot be given to other bytes, this way is closed: what was sent is sent as it was, in the hope
 * that the path recovers.
 *
 * <p>Protocol source: RFC 8899, 4.3 (detection); RFC 9293, 3.4.3 (quiet time).
 */
final class BlackHole {
  static final long QUIET_NANOS = 3_000_000_000L;
  private static final int TIMEOUTS_TO_SUSPECT = 2;

  private enum Stage {
    NONE,
    QUIET,
    ASKING
  }

  private final CallMachine call;
  private Stage stage = Stage.NONE;
  private int timeouts; // in a row
  private long firstTimeoutNanos;
  private int askSerial; // 0: not asked yet

  BlackHole(CallMachine call) {
    this.call = call;
  }

  /** Something of what was sent has arrived. */
  void progressed() {
    if (timeouts > 0) {
      timeouts = 0;
      stage = Stage.NONE;
      call.timers.clear(Timer.QUIET);
    }
  }

  /** Nothing of what is in flight was acknowledged in time. */
  void onResendTimeout(long nowNanos) {
    if (call.send.peerIsFull()) {
      return; // it refuses what comes, whatever its size, until its reader goes on
    }
    int largest = call.send.largestInFlight();
    if (largest > Jumbogram.bytes(2) - Jumbogram.SUBPACKET_DATA) {
      call.peer().path().swallows(nowNanos, largest); // what was never sent goes in small ones now
    }
    int longest = call.send.longestUnderWay() + PacketHeader.LENGTH;
    if (longest <= PathMtu.LEAST) {
      return;
    }
    if (timeouts++ == 0) {
      firstTimeoutNanos = nowNanos;
    }
    if (!call.silence.heardSince(firstTimeoutNanos)) {
      call.askWhetherPeerIsThere();
    } else if (timeouts >= TIMEOUTS_TO_SUSPECT) {
      call.peer().path().swallows(nowNanos, longest);
      if (call.send.mayRecut()) {
        stage = Stage.QUIET;
        call.timers.set(Timer.QUIET, nowNanos + QUIET_NANOS);
      }
    }
  }

  /** The time for being quiet is over, or the question was not answered. */
  void onQuietOver(long nowNanos) {
    stage = Stage.ASKING;
    askSerial = 0;
    call.askWhetherPeerIsThere();
    call.timers.set(Timer.QUIET, nowNanos + call.rtt.resendNanos(0) + QUIET_NANOS / 3);
  }

  void pingSent(int serial) {
    if (stage == Stage.ASKING && askSerial == 0) {
      askSerial = serial;
    }
  }

  /** The peer has answered a ping, and what it has is noted. */
  void answered(int pingSerial) {
    if (stage == Stage.ASKING && askSerial != 0 && pingSerial == askSerial) {
      if (call.send.mayRecut()) {
        call.send.recutAll();
      }
      progressed();
    }
  }

  /** Returns whether the last thing that was heard of the path is not good. */
  boolean isSuspected() {
    return timeouts > 0;
  }

  /** Returns whether data waits until it is known what the peer has. */
  boolean isQuiet() {
    return stage == Stage.QUIET || stage == Stage.ASKING;
  }
}
