package heddle.rxrpc;

import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.JfrTracer;
import heddle.rxrpc.trace.PcapTracer;
import heddle.rxrpc.trace.PcapWriter;
import heddle.rxrpc.trace.TextTracer;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.TraceEvent.Kind;
import heddle.rxrpc.trace.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tracing of a program that was not written for it: the system property {@value #NAME} holds words
 * with commas between them. Each kind of event by its name ({@code call}, {@code packet}, {@code
 * loss}, {@code ack}, {@code rtt}, {@code congestion}, {@code connection}, {@code batch}), or
 * {@code all}, gives lines on the standard error output; {@code pcap=FILE} a capture, {@code %p} in
 * the name being the endpoint's port; {@code jfr} events of the Flight Recorder.
 */
final class PropertyTracer {
  static final String NAME = "heddle.rxrpc.trace";
  private static final String PCAP = "pcap=";
  private static final long PCAP_LIMIT_BYTES = 1L << 30;

  private PropertyTracer() {}

  /**
   * Returns the tracer that {@code words} describe.
   *
   * @param port of the endpoint
   * @param lines takes lines of text
   * @throws IOException if a capture cannot be begun
   * @throws IllegalArgumentException if a word means nothing
   */
  static Tracer of(String words, int port, Consumer<String> lines) throws IOException {
    List<Tracer> tracers = new ArrayList<>();
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String word : words.split(",")) {
      String option = word.strip();
      if (option.startsWith(PCAP)) {
        String name = option.substring(PCAP.length()).replace("%p", Integer.toString(port));
        tracers.add(new Capture(PcapWriter.create(Path.of(name), PCAP_LIMIT_BYTES)));
      } else if (option.equals("jfr")) {
        tracers.add(new JfrTracer());
      } else if (option.equals("all")) {
        kinds.addAll(EnumSet.allOf(Kind.class));
      } else if (!option.isEmpty()) {
        kinds.add(kind(option));
      }
    }
    if (!kinds.isEmpty()) {
      tracers.add(new TextTracer(lines, kinds));
    }
    return Tracer.of(tracers.toArray(Tracer[]::new));
  }

  private static Kind kind(String name) {
    try {
      return Kind.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "system property "
              + NAME
              + ": \""
              + name
              + "\" is none of "
              + Arrays.toString(Kind.values()).toLowerCase(Locale.ROOT)
              + ", all, jfr, pcap=FILE",
          e);
    }
  }

  /** Closes the capture with the endpoint, since nobody else does. */
  private static final class Capture implements Tracer {
    private final PcapWriter file;
    private final PcapTracer tracer;

    Capture(PcapWriter file) {
      this.file = file;
      this.tracer = new PcapTracer(file);
    }

    @Override
    public Set<Kind> wants() {
      return tracer.wants();
    }

    @Override
    public void trace(TraceEvent event) {
      tracer.trace(event);
    }

    @Override
    public void ended(Supplier<EndpointSnapshot> endpoint) {
      tracer.ended(endpoint);
      try {
        file.close();
      } catch (IOException e) {
        // what could be written is written, and it has been said that the rest could not
      }
    }
  }
}
