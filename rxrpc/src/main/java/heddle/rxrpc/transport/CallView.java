package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTraffic;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.trace.CallPhase;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.CallSnapshot.Waiting;
import heddle.rxrpc.trace.TraceEvent.CallCompleted;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A call as those who watch see it. */
record CallView(CallDriver call) {
  private static final long NEVER = Long.MAX_VALUE;

  /** Returns the event that says how the call ended; it must have. */
  CallCompleted completed(long nowNanos) {
    call.core.lock();
    try {
      CallTraffic traffic = call.machine.traffic();
      return new CallCompleted(
          nowNanos,
          call.identity(),
          call.record.opcode(),
          Objects.requireNonNull(call.completion()).ending(),
          traffic.bytesSent(),
          traffic.bytesReceived(),
          traffic.dataResent(),
          call.ageNanos(nowNanos));
    } finally {
      call.core.unlock();
    }
  }

  /** Returns the call as those who watch see it; takes no lock. */
  CallSnapshot snapshot(long nowNanos) {
    return call.core.glance(() -> look(nowNanos));
  }

  private CallSnapshot look(long nowNanos) {
    Completion how = call.completion();
    long deadline = call.machine.nextDeadlineNanos();
    return new CallSnapshot(
        call.identity(),
        call.userId(),
        call.connection() == null && call.role() == Role.CLIENT
            ? CallPhase.WAITING_FOR_CHANNEL
            : CallPhase.valueOf(call.machine.phase().name()),
        how == null ? Optional.empty() : Optional.of(how.ending()),
        call.record.opcode(),
        waiting(),
        call.machine.sending(),
        call.machine.receiving(call.ring.unread()),
        Duration.ofNanos(call.ageNanos(nowNanos)),
        deadline == NEVER
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(Math.max(0, deadline - nowNanos))));
  }

  private Waiting waiting() {
    if (!call.readiness.hasWaiter()) {
      boolean unserved =
          call.role() == Role.SERVICE && call.completion() == null && !call.record.isAccepted();
      return unserved ? Waiting.FOR_ACCEPT : Waiting.NOBODY;
    }
    return switch (call.readiness.want()) {
      case CHANNEL -> Waiting.FOR_CHANNEL;
      case ROOM -> Waiting.FOR_ROOM;
      case DATA -> Waiting.FOR_DATA;
    };
  }
}
