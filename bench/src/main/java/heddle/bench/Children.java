package heddle.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Processes that are ended when this is closed, whatever happens. */
final class Children implements AutoCloseable {
  private static final long KILL_AFTER_SECONDS = 3;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** What a process printed. */
  record Output(int status, String out, String err, double seconds, double cpuNanos) {}

  /** Starts a process whose output is read by the caller. */
  Process start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    running.add(process);
    if (closed) {
      process.destroyForcibly();
    }
    return process;
  }

  /**
   * Runs a process to its end; it may print some thousand bytes.
   *
   * @throws IOException if it cannot be started or takes longer than {@code seconds}
   */
  Output run(List<String> command, double seconds) throws IOException, InterruptedException {
    double cpuNanos = childrenCpuNanos();
    long startNanos = System.nanoTime();
    Process process = start(command);
    try {
      if (!process.waitFor((long) (seconds * 1e3), TimeUnit.MILLISECONDS)) {
        throw new IOException(name(command) + " did not end within " + (long) seconds + " s");
      }
      double elapsed = (System.nanoTime() - startNanos) / 1e9;
      return new Output(
          process.exitValue(),
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8),
          elapsed,
          childrenCpuNanos() - cpuNanos);
    } finally {
      stop(process);
    }
  }

  private static double childrenCpuNanos() {
    var nanos = ProcessCpu.endedChildrenNanos();
    return nanos.isPresent() ? nanos.getAsLong() : Double.NaN;
  }

  private static String name(List<String> command) {
    return Path.of(command.getFirst()).getFileName().toString();
  }

  /** Ends a process and waits for that. */
  void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(KILL_AFTER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    running.remove(process);
  }

  @Override
  public void close() {
    closed = true;
    new ArrayList<>(running).forEach(this::stop);
  }
}
