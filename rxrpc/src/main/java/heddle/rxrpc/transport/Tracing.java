package heddle.rxrpc.transport;

import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.Tracer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracer of an endpoint. Where a kind of event is not wanted, asking for it costs one volatile
 * read, and no event is made.
 */
final class Tracing {
  private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

  private final Supplier<EndpointSnapshot> snapshots;
  private final AtomicBoolean failed = new AtomicBoolean();
  private volatile Tracer tracer = Tracer.NONE;
  private volatile int wanted; // a bit for each kind of event

  Tracing(Supplier<EndpointSnapshot> snapshots) {
    this.snapshots = snapshots;
  }

  /** Puts {@code next} in the place of the tracer before. */
  void use(Tracer next) {
    wanted = 0;
    Tracer before = tracer;
    tracer = next;
    before.ended(snapshots);
    next.begun(snapshots);
    wanted = next.wants().stream().mapToInt(TraceEvent.Kind::bit).sum();
  }

  boolean wants(TraceEvent.Kind kind) {
    return (wanted & kind.bit()) != 0;
  }

  /** Returns the bits of the kinds of events that are wanted. */
  int wanted() {
    return wanted;
  }

  /** Hands an event to the tracer. The caller holds no lock. */
  void emit(TraceEvent event) {
    try {
      tracer.trace(event);
    } catch (RuntimeException | Error e) { // of the user's making: it must not stop the endpoint
      if (failed.compareAndSet(false, true)) {
        LOG.warn("{} failed; the endpoint goes on, and so does the tracer", tracer, e);
      }
    }
  }
}
