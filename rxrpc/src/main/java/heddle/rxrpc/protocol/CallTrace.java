package heddle.rxrpc.protocol;

import heddle.rxrpc.trace.CallIdentity;
import heddle.rxrpc.trace.Side;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.TraceEvent.Kind;
import heddle.rxrpc.wire.AckReason;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Events of a call until somebody who holds no lock hands them to the tracer. Not thread-safe:
 * guarded like the machine.
 */
public final class CallTrace {
  /** Wants nothing. */
  public static final CallTrace OFF =
      new CallTrace(new CallIdentity(0, Side.CLIENT, new InetSocketAddress(0), 0, 0, 0), 0);

  private final CallIdentity call;
  private final int wanted;
  private final List<TraceEvent> events = new ArrayList<>(0);

  /**
   * Creates an empty list.
   *
   * @param call names the call in events
   * @param wanted bits of the kinds of events that are wanted
   */
  public CallTrace(CallIdentity call, int wanted) {
    this.call = call;
    this.wanted = wanted;
  }

  private boolean wants(Kind kind) {
    return (wanted & kind.bit()) != 0;
  }

  /** Returns the events and forgets them. */
  List<TraceEvent> take() {
    if (events.isEmpty()) {
      return List.of();
    }
    List<TraceEvent> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  void lost(long nowNanos, int packets, TraceEvent.LossCause cause) {
    if (wants(Kind.LOSS) && packets > 0) {
      events.add(new TraceEvent.PacketsLost(nowNanos, call, packets, cause));
    }
  }

  void acknowledged(long nowNanos, AckScheduler acks, ReceiveWindow window) {
    acknowledged(nowNanos, acks.reason(), acks.cause(), acks.quotedSerial(), window);
  }

  void acknowledged(
      long nowNanos,
      AckReason reason,
      TraceEvent.AckCause cause,
      int quotedSerial,
      ReceiveWindow window) {
    if (wants(Kind.ACK)) {
      events.add(
          new TraceEvent.AckDecided(
              nowNanos, call, reason.name(), cause, quotedSerial, window.next(), window.free()));
    }
  }

  void sampled(long nowNanos, RttEstimator rtt) {
    if (wants(Kind.RTT)) {
      events.add(
          new TraceEvent.RttSampled(
              nowNanos, call, rtt.latestNanos(), rtt.smoothedNanos(), rtt.variationNanos()));
    }
  }

  void window(
      long nowNanos, int before, CongestionController congestion, TraceEvent.WindowCause cause) {
    if (wants(Kind.CONGESTION) && congestion.window() != before) {
      events.add(
          new TraceEvent.WindowChanged(
              nowNanos, call, cause, congestion.window(), congestion.slowStartThreshold()));
    }
  }
}
