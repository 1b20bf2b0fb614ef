package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTrace;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.PacketLog.Direction;
import heddle.rxrpc.trace.Side;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.TraceEvent.Kind;
import heddle.rxrpc.trace.Tracer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Counts what an endpoint does and tells its tracer. Events made under a lock travel in the {@link
 * SendBatch} of the step and are told before that is sent, when no lock is held.
 */
final class EndpointObserver {
  private static final int CALL_KINDS =
      Kind.LOSS.bit() | Kind.ACK.bit() | Kind.RTT.bit() | Kind.CONGESTION.bit();

  private final EndpointCounters counters = new EndpointCounters();
  private final Tracing tracing;
  private final NanoClock clock;
  private final InetSocketAddress local;

  EndpointObserver(NanoClock clock, InetSocketAddress local, Supplier<EndpointSnapshot> snapshots) {
    this.clock = clock;
    this.local = local;
    this.tracing = new Tracing(snapshots);
  }

  EndpointCounters counters() {
    return counters;
  }

  void use(Tracer tracer) {
    tracing.use(tracer);
  }

  static Side side(Role role) {
    return role == Role.CLIENT ? Side.CLIENT : Side.SERVICE;
  }

  // ---- calls

  void callMade(CallDriver call) {
    counters.callStarted(Role.CLIENT);
    if (tracing.wants(Kind.CALL)) {
      tracing.emit(new TraceEvent.CallStarted(clock.nanoTime(), call.identity()));
    }
  }

  void callCameIn(CallDriver call, long nowNanos, SendBatch batch) {
    counters.callStarted(Role.SERVICE);
    if (tracing.wants(Kind.CALL)) {
      batch.note(new TraceEvent.CallStarted(nowNanos, call.identity()));
    }
  }

  /** A client's call has got a channel. */
  void callAttached(CallDriver call, long nowNanos) {
    if (tracing.wants(Kind.CALL)) {
      tracing.emit(new TraceEvent.CallAttached(nowNanos, call.identity(), call.ageNanos(nowNanos)));
    }
  }

  /** Returns where a call notes what happens in it. */
  CallTrace traceOf(CallDriver call) {
    int wanted = tracing.wanted() & CALL_KINDS;
    return wanted == 0 ? CallTrace.OFF : new CallTrace(call.identity(), wanted);
  }

  void callEnded(CallDriver call) {
    counters.callEnded(call.role(), call.outcome());
    if (tracing.wants(Kind.CALL)) {
      tracing.emit(call.completed(clock.nanoTime()));
    }
  }

  // ---- connections

  /** A connection was made for a client's calls. */
  void connectionMade(ConnectionDriver connection) {
    counters.connectionMade(Role.CLIENT);
    if (tracing.wants(Kind.CONNECTION)) {
      tracing.emit(opened(connection, clock.nanoTime()));
    }
  }

  /** A client made a connection to a service. */
  void connectionCameIn(ConnectionDriver connection, long nowNanos, SendBatch batch) {
    counters.connectionMade(Role.SERVICE);
    if (tracing.wants(Kind.CONNECTION)) {
      batch.note(opened(connection, nowNanos));
    }
  }

  private static TraceEvent opened(ConnectionDriver connection, long nowNanos) {
    return new TraceEvent.ConnectionOpened(
        nowNanos,
        side(connection.role()),
        connection.peer().address(),
        connection.serviceId(),
        connection.epoch(),
        connection.connectionId());
  }

  void connectionReaped(ConnectionDriver connection, long nowNanos) {
    counters.connectionReaped(connection.role());
    if (tracing.wants(Kind.CONNECTION)) {
      tracing.emit(
          new TraceEvent.ConnectionReaped(
              nowNanos,
              side(connection.role()),
              connection.peer().address(),
              connection.connectionId(),
              connection.idleNanos(nowNanos)));
    }
  }

  // ---- packets

  /** Counts and tells what is in {@code batch}, which is about to be sent. */
  void beforeSend(SendBatch batch) {
    batch.takeEvents().forEach(tracing::emit);
    batch.counters().sent(batch);
    if (tracing.wants(Kind.PACKET)) {
      long nowNanos = clock.nanoTime();
      for (int i = 0; i < batch.count(); i++) {
        InetSocketAddress peer = batch.destination(i);
        emitPacket(nowNanos, Direction.SENT, batch.from(i), peer, batch.datagram(i));
      }
    }
  }

  /** Tells what is in {@code batch}, of which nothing was handled yet. */
  void received(ReceiveBatch batch, long nowNanos) {
    if (tracing.wants(Kind.PACKET)) {
      for (int i = 0; i < batch.count(); i++) {
        InetSocketAddress peer = batch.source(i);
        emitPacket(nowNanos, Direction.RECEIVED, batch.local(i), peer, batch.datagram(i));
      }
    }
  }

  private void emitPacket(
      long nowNanos,
      Direction direction,
      InetAddress ours,
      InetSocketAddress peer,
      ByteBuffer datagram) {
    InetSocketAddress address =
        ours.isAnyLocalAddress() ? local : new InetSocketAddress(ours, local.getPort());
    tracing.emit(
        new TraceEvent.PacketSeen(
            nowNanos, direction, address, peer, datagram.slice().asReadOnlyBuffer()));
  }

  /** All of {@code batch} is handled. */
  void processed(ReceiveBatch batch, long receivedNanos) {
    counters.count(EndpointCounters.Receiver.BATCHES);
    if (tracing.wants(Kind.BATCH)) {
      int bytes = 0;
      for (int i = 0; i < batch.count(); i++) {
        bytes += batch.length(i);
      }
      tracing.emit(
          new TraceEvent.BatchProcessed(
              receivedNanos, batch.count(), bytes, clock.nanoTime() - receivedNanos));
    }
  }
}
