package heddle.rxrpc.trace;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Is told what an endpoint does.
 *
 * <p>{@link #trace} is called by whichever thread did it: users, the receive thread, the timer. No
 * lock of the endpoint is held, so a tracer may take snapshots; but the endpoint waits until it
 * returns, and on the receive thread all calls wait. Events of one call by different threads may
 * come out of order; their times tell. What a tracer throws is logged once and does no harm.
 */
public interface Tracer {
  /** Wants nothing, costs nothing. */
  Tracer NONE =
      new Tracer() {
        @Override
        public Set<TraceEvent.Kind> wants() {
          return EnumSet.noneOf(TraceEvent.Kind.class);
        }

        @Override
        public void trace(TraceEvent event) {}

        @Override
        public String toString() {
          return "no tracer";
        }
      };

  /** Takes an event. Must not block. */
  void trace(TraceEvent event);

  /** Returns the kinds of events that are wanted; asked once, when the tracer is put in place. */
  default Set<TraceEvent.Kind> wants() {
    return EnumSet.allOf(TraceEvent.Kind.class);
  }

  /**
   * The tracer is put in place at an endpoint.
   *
   * @param endpoint gives snapshots of it until {@link #ended}
   */
  default void begun(Supplier<EndpointSnapshot> endpoint) {}

  /**
   * The endpoint was closed, or has another tracer now. Threads that were about to report may still
   * do so.
   *
   * @param endpoint what {@link #begun} was given
   */
  default void ended(Supplier<EndpointSnapshot> endpoint) {}

  /** Returns a tracer that hands on each call that ended, and wants nothing else. */
  static Tracer ofCalls(Consumer<TraceEvent.CallCompleted> consumer) {
    return new Tracer() {
      @Override
      public Set<TraceEvent.Kind> wants() {
        return EnumSet.of(TraceEvent.Kind.CALL);
      }

      @Override
      public void trace(TraceEvent event) {
        if (event instanceof TraceEvent.CallCompleted completed) {
          consumer.accept(completed);
        }
      }
    };
  }

  /** Returns a tracer that tells each of {@code tracers} what it wants to know. */
  static Tracer of(Tracer... tracers) {
    return new TracerGroup(List.of(tracers));
  }
}
