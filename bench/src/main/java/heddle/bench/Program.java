package heddle.bench;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that speaks rxperf, in processes of its own. */
sealed interface Program {
  /**
   * Starts a server and returns when it takes calls.
   *
   * @throws IOException if it does not start
   */
  Process serve(Children children, int port) throws IOException, InterruptedException;

  /**
   * Runs a client to its end.
   *
   * @param seconds about how long it is to measure
   */
  Run call(Children children, int port, Load load, double seconds)
      throws IOException, InterruptedException;

  /**
   * What a client did.
   *
   * @param calls those that were measured
   * @param seconds that those took
   * @param allCalls with those before
   * @param cpuNanos the client's CPU for the calls that were measured
   * @param medianMicros latency, or NaN
   */
  record Run(double calls, double seconds, double allCalls, double cpuNanos, double medianMicros) {}

  /** Heddle itself, in a JVM like this one. */
  record Heddle(List<String> jvmOptions) implements Program {
    private static final double WARM_UP_SECONDS = 3;
    private static final double PATIENCE_SECONDS = 90;

    static List<String> command(List<String> jvmOptions, String... arguments) {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(Rxperf.class.getName());
      command.addAll(List.of(arguments));
      return command;
    }

    /** Starts a command that says on its first line that it is ready. */
    static Process start(Children children, List<String> command) throws IOException {
      Process process = children.start(command);
      BufferedReader messages = process.errorReader();
      String first = messages.readLine();
      if (first == null || !first.contains("UDP port")) {
        throw new IOException("did not start: " + first);
      }
      return process;
    }

    @Override
    public Process serve(Children children, int port) throws IOException {
      return start(children, command(jvmOptions, "server", "-p", String.valueOf(port)));
    }

    @Override
    public Run call(Children children, int port, Load load, double seconds)
        throws IOException, InterruptedException {
      var command = command(jvmOptions, "client", "-p", String.valueOf(port), "--json");
      command.addAll(List.of("--warm-up", String.valueOf(WARM_UP_SECONDS)));
      command.addAll(List.of("--seconds", String.valueOf(seconds)));
      command.addAll(arguments(load));
      Children.Output output =
          children.run(command, 10 * WARM_UP_SECONDS + 5 * seconds + PATIENCE_SECONDS);
      if (output.status() != 0) {
        throw new IOException(output.err().strip());
      }
      try {
        JsonObject json = JsonParser.object().from(output.out());
        return new Run(
            json.getDouble("calls"),
            json.getDouble("seconds"),
            json.getDouble("calls") + json.getDouble("warmUpCalls"),
            json.getDouble("cpuSeconds") * 1e9,
            json.getObject("latencyMicros").getDouble("p50"));
      } catch (JsonParserException e) {
        throw new IOException("no JSON: " + output.out(), e);
      }
    }
  }

  /**
   * The rxperf of OpenAFS.
   *
   * @param options of both its sides
   */
  record OpenAfs(Path binary, List<String> options) implements Program {
    private static final Pattern MILLIS = Pattern.compile(":\\s+(\\d+) msec");
    private static final int FIRST_CALLS = 200; // of each thread
    private static final double PATIENCE_SECONDS = 90;
    private static final long START_MILLIS = 300;

    @Override
    public Process serve(Children children, int port) throws IOException, InterruptedException {
      var command = new ArrayList<>(List.of(binary.toString(), "server", "-p", "" + port));
      command.addAll(options);
      Process process = children.start(command);
      if (process.waitFor(START_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException(binary + " did not start");
      }
      return process;
    }

    @Override
    public Run call(Children children, int port, Load load, double seconds)
        throws IOException, InterruptedException {
      int times = load.isBulk() ? 1 : FIRST_CALLS;
      Run run = run(children, port, load, times);
      double allCalls = run.calls();
      for (double wanted : List.of(seconds / 5, seconds)) { // how many calls fit is found out
        if (run.seconds() < wanted / 2) {
          times = (int) Math.max(1, times * wanted / run.seconds());
          run = run(children, port, load, times);
          allCalls += run.calls();
        }
      }
      return new Run(run.calls(), run.seconds(), allCalls, run.cpuNanos(), Double.NaN);
    }

    private Run run(Children children, int port, Load load, int times)
        throws IOException, InterruptedException {
      var command = new ArrayList<>(List.of(binary.toString(), "client", "-p", "" + port));
      command.addAll(List.of("-T", String.valueOf(times)));
      command.addAll(options);
      command.addAll(arguments(load));
      Children.Output output = children.run(command, PATIENCE_SECONDS);
      Matcher millis = MILLIS.matcher(output.out());
      if (output.status() != 0 || !millis.find()) {
        throw new IOException("rxperf: " + (output.err() + output.out()).strip());
      }
      double calls = (double) times * load.threads();
      double seconds = Math.max(1, Long.parseLong(millis.group(1))) / 1e3;
      return new Run(calls, seconds, calls, output.cpuNanos(), Double.NaN);
    }
  }

  private static List<String> arguments(Load load) {
    var arguments = new ArrayList<String>();
    Workload workload = load.workload();
    arguments.addAll(List.of("-c", workload.operation().word()));
    arguments.addAll(List.of("-t", String.valueOf(load.threads())));
    switch (workload.operation()) {
      case RPC ->
          arguments.addAll(List.of("-S", "" + workload.bytesUp(), "-R", "" + workload.bytesDown()));
      case SEND, RECV -> arguments.addAll(List.of("-b", "" + workload.bytes()));
      case FILE ->
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "no %s in comparisons", workload.operation()));
    }
    return arguments;
  }
}
