package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;

/**
 * What a call does to find the path MTU: it sends padded pings when it has transferred so much that
 * this is worth it, one at a time for all calls of the peer. So does one that only receives: a peer
 * that finds nothing out itself is told what it may send.
 */
final class PathProbe {
  private static final int WORTHWHILE_PACKETS = 16;

  private final CallMachine call;
  private int bytes; // of the probe that is out, 0 for none
  private int serial;

  PathProbe(CallMachine call) {
    this.call = call;
  }

  /** Returns whether so much is transferred that a probe is worth it. */
  boolean isWorthwhile(long nowNanos) {
    if (bytes != 0 || call.hole.isSuspected()) {
      return false;
    }
    SendWindow window = call.send;
    return isWorthwhile(window.base() - window.firstSeq())
        || isWorthwhile(call.receive.count())
        || (window.queuedTop() - window.base() > 1 && call.peer().path().isCold(nowNanos));
  }

  private static boolean isWorthwhile(int packets) {
    return Integer.compareUnsigned(packets, WORTHWHILE_PACKETS) >= 0;
  }

  /** Returns the size of a probe that is to be sent now, or 0. */
  int claim(long nowNanos) {
    bytes = call.peer().path().claim(nowNanos);
    return bytes;
  }

  void sent(long nowNanos, int probeSerial) {
    serial = probeSerial;
    call.timers.set(Timer.PATH_PROBE, nowNanos + call.rtt.resendNanos(0));
  }

  /** The peer has answered a ping of ours. */
  void answered(long nowNanos, int pingSerial) {
    if (bytes != 0 && serial == pingSerial) {
      call.peer().path().arrived(nowNanos, bytes);
      over();
    }
  }

  /** There was no answer in time. */
  void onTimeout(long nowNanos) {
    if (bytes != 0) {
      call.peer().path().lost(nowNanos, bytes);
      over();
    }
  }

  /** The network says that a packet of ours was too large; returns whether it was the probe. */
  boolean tooBig(long nowNanos, int quotedSerial, int fits) {
    boolean ours = bytes != 0 && serial == quotedSerial;
    if (ours) {
      call.peer().path().tooBig(nowNanos, bytes, fits);
      over();
    }
    return ours;
  }

  /** The call has ended. */
  void abandon() {
    if (bytes != 0) {
      call.peer().path().abandoned(bytes);
      over();
    }
  }

  private void over() {
    bytes = 0;
    call.timers.clear(Timer.PATH_PROBE);
  }
}
