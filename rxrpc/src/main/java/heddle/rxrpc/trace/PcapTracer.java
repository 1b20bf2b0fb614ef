package heddle.rxrpc.trace;

import heddle.rxrpc.trace.TraceEvent.PacketSeen;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every datagram of an endpoint to a capture. What cannot be written, because the disk is
 * full, is lost, and said once in the log. The capture belongs to the user, who closes it.
 *
 * <p>Written is what the endpoint saw: packets that the network lost on their way here are not in
 * it, and packets that it lost on their way there are.
 */
public final class PcapTracer implements Tracer {
  private static final Logger LOG = LoggerFactory.getLogger(PcapTracer.class);

  private final PcapWriter capture;
  private final InstantSource wallClock;
  private final AtomicReference<@Nullable Anchor> anchor = new AtomicReference<>();
  private volatile boolean failed;

  /** A moment on the endpoint's clock and on the wall's. */
  private record Anchor(long nanos, Instant time) {}

  /** Creates a tracer. */
  public PcapTracer(PcapWriter capture) {
    this(capture, InstantSource.system());
  }

  /**
   * Creates a tracer with a clock of its own.
   *
   * @param wallClock tells the time of the first datagram; the endpoint's clock that of the others
   */
  public PcapTracer(PcapWriter capture, InstantSource wallClock) {
    this.capture = capture;
    this.wallClock = wallClock;
  }

  @Override
  public Set<TraceEvent.Kind> wants() {
    return EnumSet.of(TraceEvent.Kind.PACKET);
  }

  @Override
  public void trace(TraceEvent event) {
    if (!failed && event instanceof PacketSeen packet) {
      try {
        write(packet);
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  private void write(PacketSeen packet) throws IOException {
    Instant time = time(packet.nanos());
    switch (packet.direction()) {
      case SENT -> capture.write(time, packet.local(), packet.peer(), packet.datagram());
      case RECEIVED -> capture.write(time, packet.peer(), packet.local(), packet.datagram());
    }
  }

  private Instant time(long nanos) {
    Anchor known = anchor.get();
    if (known == null) {
      anchor.compareAndSet(null, new Anchor(nanos, wallClock.instant()));
      known = anchor.get();
    }
    return known == null ? Instant.EPOCH : known.time.plusNanos(nanos - known.nanos);
  }

  @Override
  public void ended(Supplier<EndpointSnapshot> endpoint) {
    try {
      capture.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException e) {
    if (!failed) {
      failed = true;
      LOG.warn("the capture ends here: it cannot be written", e);
    }
  }
}
