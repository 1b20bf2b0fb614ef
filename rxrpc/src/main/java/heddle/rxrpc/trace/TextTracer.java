package heddle.rxrpc.trace;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes a line for each event: seconds since the first, and what happened. A jumbogram gives a
 * line for each of its packets. Thread-safe if its target is.
 *
 * <pre>{@code
 * endpoint.trace(new TextTracer(System.err::println));
 * }</pre>
 */
public final class TextTracer implements Tracer {
  private static final double NANOS_PER_SECOND = 1_000_000_000;
  private static final long UNSET = Long.MIN_VALUE;

  private final Consumer<String> target;
  private final Set<TraceEvent.Kind> wants;
  private final AtomicLong startNanos = new AtomicLong(UNSET);

  /** Creates a tracer of everything. */
  public TextTracer(Consumer<String> target) {
    this(target, EnumSet.allOf(TraceEvent.Kind.class));
  }

  /**
   * Creates a tracer.
   *
   * @param target takes the lines, without line ends
   * @param wants the kinds of events that are written
   */
  public TextTracer(Consumer<String> target, Set<TraceEvent.Kind> wants) {
    this.target = target;
    this.wants = Set.copyOf(wants);
  }

  @Override
  public Set<TraceEvent.Kind> wants() {
    return wants;
  }

  @Override
  public void trace(TraceEvent event) {
    startNanos.compareAndSet(UNSET, event.nanos());
    double seconds = (event.nanos() - startNanos.get()) / NANOS_PER_SECOND;
    String time = String.format(Locale.ROOT, "%12.6f ", seconds);
    for (String line : event.toString().split("\n")) {
      target.accept(time + line);
    }
  }
}
