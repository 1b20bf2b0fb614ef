package heddle.rxrpc.trace;

import heddle.rxrpc.trace.TraceEvent.CallAttached;
import heddle.rxrpc.trace.TraceEvent.CallCompleted;
import heddle.rxrpc.trace.TraceEvent.CallStarted;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of one endpoint to Java's Flight Recorder: {@code heddle.rxrpc.Call} from the
 * beginning of the call to its end, {@code ConnectionOpened}, {@code ConnectionReaped}, {@code
 * PacketLoss}, {@code AckDecision}, {@code RoundTrip}, {@code CongestionWindow}, {@code
 * ReceiveBatch}, and every 10 seconds a {@code Peer} for each peer. While nothing is recorded, an
 * event costs little more than being made.
 *
 * <p>Datagrams are not recorded: {@link PcapTracer} does that better.
 */
public final class JfrTracer implements Tracer {
  private final Map<Long, JfrEvents.Call> underWay = new ConcurrentHashMap<>(); // by the call's ID
  private final AtomicReference<@Nullable Supplier<EndpointSnapshot>> watched =
      new AtomicReference<>();
  private final Runnable peers = this::recordPeers;

  /** Creates a tracer. */
  public JfrTracer() {}

  @Override
  public Set<TraceEvent.Kind> wants() {
    return EnumSet.complementOf(EnumSet.of(TraceEvent.Kind.PACKET));
  }

  /**
   * The tracer is put in place at an endpoint.
   *
   * @throws IllegalStateException if it watches another one
   */
  @Override
  public void begun(Supplier<EndpointSnapshot> endpoint) {
    if (!watched.compareAndSet(null, endpoint)) {
      throw new IllegalStateException("a JfrTracer watches one endpoint");
    }
    if (FlightRecorder.isAvailable()) {
      FlightRecorder.addPeriodicEvent(JfrEvents.Peer.class, peers);
    }
  }

  @Override
  public void ended(Supplier<EndpointSnapshot> endpoint) {
    if (watched.compareAndSet(endpoint, null)) {
      FlightRecorder.removePeriodicEvent(peers);
      underWay.clear();
    }
  }

  private void recordPeers() {
    Supplier<EndpointSnapshot> endpoint = watched.get();
    if (endpoint != null) {
      endpoint.get().peers().forEach(peer -> new JfrEvents.Peer(peer).commit());
    }
  }

  @Override
  public void trace(TraceEvent event) {
    switch (event) {
      case CallStarted started -> begin(started);
      case CallAttached attached -> {
        // the event of the call has its beginning and end
      }
      case CallCompleted completed -> end(completed);
      case TraceEvent.PacketsLost lost -> new JfrEvents.PacketLoss(lost).commit();
      case TraceEvent.AckDecided decided -> new JfrEvents.AckDecision(decided).commit();
      case TraceEvent.RttSampled sampled -> new JfrEvents.RoundTrip(sampled).commit();
      case TraceEvent.WindowChanged changed -> new JfrEvents.CongestionWindow(changed).commit();
      case TraceEvent.ConnectionOpened opened -> new JfrEvents.ConnectionOpened(opened).commit();
      case TraceEvent.ConnectionReaped reaped -> new JfrEvents.ConnectionReaped(reaped).commit();
      case TraceEvent.BatchProcessed batch -> new JfrEvents.ReceiveBatch(batch).commit();
      case TraceEvent.PacketSeen packet -> {
        // not wanted
      }
    }
  }

  private void begin(CallStarted started) {
    JfrEvents.Call call = new JfrEvents.Call();
    if (call.isEnabled()) {
      call.begin();
      underWay.put(started.call().id(), call);
    }
  }

  private void end(CallCompleted completed) {
    JfrEvents.Call call = underWay.remove(completed.call().id());
    if (call != null) {
      call.end();
      if (call.shouldCommit()) {
        call.complete(completed);
        call.commit();
      }
    }
  }
}
