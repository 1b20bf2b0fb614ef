package heddle.bench;

import heddle.rxrpc.transport.DatagramPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which experiments there are, and who takes part in each. */
final class Comparison {
  private static final int BULK_BYTES = 64 << 20;
  private static final int SEGMENT_BYTES = 1444; // UDP payload of our DATA packets
  private static final List<Integer> CALL_THREADS = List.of(1, 4, 16, 64);
  private static final List<Integer> BULK_THREADS = List.of(1, 4);
  private static final List<Integer> PATH_THREADS = List.of(1, 16);
  private static final List<Double> ROUND_TRIPS = List.of(12.5, 50.0);
  private static final List<Double> LOSSES = List.of(0.0, 0.1, 1.0);
  private static final double PATH_SECONDS = 4;
  private static final double CEILING_SECONDS = 3;

  private static final Program HEDDLE = new Program.Heddle(List.of());
  private static final Program HEDDLE_PORTABLE =
      new Program.Heddle(List.of("-D" + DatagramPorts.PROPERTY + "=portable"));

  private final Children children;
  private final Optional<Path> openAfs;
  private final Optional<Path> blast;
  private final double seconds;

  /** What is compared. */
  enum Kind {
    /** Calls that carry nothing. */
    NULL_CALLS,
    /** 64 MiB a call. */
    BULK,
    /** Heddle with OpenAFS as its peer. */
    INTEROP,
    /** Long and lossy paths. */
    PATHS,
    /** Our client reads a file of our embedded cell. */
    EMBEDDED
  }

  Comparison(Children children, Optional<Path> openAfs, Optional<Path> blast, double seconds) {
    this.children = children;
    this.openAfs = openAfs;
    this.blast = blast;
    this.seconds = seconds;
  }

  /**
   * Returns the experiments.
   *
   * @param threads numbers of concurrent calls, in place of the usual ones if there are any
   */
  List<Experiment> experiments(Set<Kind> kinds, List<Integer> threads) {
    List<Experiment> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kinds.contains(kind)) {
        switch (kind) {
          case NULL_CALLS -> or(threads, CALL_THREADS).forEach(n -> all.add(nullCalls(n)));
          case BULK -> or(threads, BULK_THREADS).forEach(n -> all.addAll(bulk(n)));
          case INTEROP -> or(threads, BULK_THREADS).forEach(n -> all.addAll(interop(n)));
          case PATHS -> or(threads, PATH_THREADS).forEach(n -> all.addAll(paths(n)));
          case EMBEDDED -> all.add(embedded());
        }
      }
    }
    return all;
  }

  private static List<Integer> or(List<Integer> given, List<Integer> usual) {
    return given.isEmpty() ? usual : given;
  }

  /** Returns what the tools themselves can do, in words. */
  List<String> ceilings(Set<Kind> kinds) throws IOException {
    if (!kinds.contains(Kind.PATHS)) {
      return List.of();
    }
    double ceiling = new ProxyCeiling(DatagramPorts.Choice.BEST).measure(CEILING_SECONDS);
    return List.of(String.format(Locale.ROOT, "the proxy carries up to %.0f MB/s", ceiling));
  }

  private Optional<Program> openAfs(String... options) {
    return openAfs.map(path -> new Program.OpenAfs(path, List.of(options)));
  }

  private Experiment nullCalls(int threads) {
    Load load = new Load(Workload.rpc(0, 0), threads);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(pair("heddle", Pairing.Sides.both(HEDDLE), load));
    openAfs().ifPresent(it -> contenders.add(pair("openafs", Pairing.Sides.both(it), load)));
    openAfs("-u", "4096")
        .ifPresent(
            it -> contenders.add(pair("openafs, 4 MiB buffers", Pairing.Sides.both(it), load)));
    return experiment("null calls", threads + " at a time", load, contenders);
  }

  private List<Experiment> bulk(int threads) {
    return List.of(
        bulk(new Load(Workload.send(BULK_BYTES), threads)),
        bulk(new Load(Workload.receive(BULK_BYTES), threads)));
  }

  private Experiment bulk(Load load) {
    List<Contender> contenders = new ArrayList<>();
    contenders.add(pair("heddle", Pairing.Sides.both(HEDDLE), load));
    contenders.add(pair("heddle, no segmentation", Pairing.Sides.both(HEDDLE_PORTABLE), load));
    openAfs("-j").ifPresent(it -> contenders.add(pair("openafs -j", Pairing.Sides.both(it), load)));
    openAfs("-j", "-u", "4096")
        .ifPresent(
            it -> contenders.add(pair("openafs -j, 4 MiB buffers", Pairing.Sides.both(it), load)));
    blast.ifPresent(it -> contenders.add(new Blast(children, it, SEGMENT_BYTES, seconds)));
    return experiment("64 MiB a call", direction(load), load, contenders);
  }

  private List<Experiment> interop(int threads) {
    return List.of(
        interop(new Load(Workload.rpc(0, 0), threads)),
        interop(new Load(Workload.send(BULK_BYTES), threads)),
        interop(new Load(Workload.receive(BULK_BYTES), threads)));
  }

  private Experiment interop(Load load) {
    List<Contender> contenders = new ArrayList<>();
    openAfs()
        .ifPresent(
            peer -> {
              contenders.add(pair("openafs", Pairing.Sides.both(peer), load));
              contenders.add(pair("heddle calls openafs", new Pairing.Sides(HEDDLE, peer), load));
              contenders.add(pair("openafs calls heddle", new Pairing.Sides(peer, HEDDLE), load));
            });
    String chart = load.isBulk() ? "64 MiB a call with a peer" : "null calls with a peer";
    return experiment(chart, direction(load), load, contenders);
  }

  private List<Experiment> paths(int threads) {
    List<Experiment> all = new ArrayList<>();
    for (double roundTrip : ROUND_TRIPS) {
      for (double loss : LOSSES) {
        all.add(path(new SlowPath(roundTrip, loss), threads));
      }
    }
    return all;
  }

  private Experiment path(SlowPath path, int threads) {
    double bytes = path.expectedRate() * 1e6 * PATH_SECONDS;
    Load load = new Load(Workload.receive((int) Math.clamp(bytes, 1 << 20, BULK_BYTES)), threads);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(pair("heddle", Pairing.Sides.both(HEDDLE), load, path));
    openAfs("-j")
        .ifPresent(it -> contenders.add(pair("openafs -j", Pairing.Sides.both(it), load, path)));
    String group =
        String.format(Locale.ROOT, "%s (one flow: %.1f MB/s at best)", path, path.expectedRate());
    return experiment("path, " + calls(threads), group, load, contenders);
  }

  private Experiment embedded() {
    List<Contender> contenders = new ArrayList<>();
    for (CellReading.Reader reader : CellReading.Reader.values()) {
      contenders.add(new CellReading(children, reader));
    }
    blast.ifPresent(it -> contenders.add(new Blast(children, it, SEGMENT_BYTES, seconds)));
    return new Experiment("a file of an embedded cell", "cold", "MB/s", "ms/MiB", contenders);
  }

  private static String direction(Load load) {
    return load.workload().operation().word() + ", " + calls(load.threads());
  }

  private static String calls(int threads) {
    return threads == 1 ? "1 call" : threads + " calls";
  }

  private Contender pair(String label, Pairing.Sides sides, Load load) {
    return new Pairing(children, label, sides, load, seconds, Optional.empty());
  }

  private Contender pair(String label, Pairing.Sides sides, Load load, SlowPath path) {
    return new Pairing(
        children, label, sides, load, Math.max(seconds, PATH_SECONDS), Optional.of(path));
  }

  private static Experiment experiment(
      String chart, String group, Load load, List<Contender> contenders) {
    return new Experiment(chart, group, load.rateUnit(), load.cpuUnit(), contenders);
  }
}
