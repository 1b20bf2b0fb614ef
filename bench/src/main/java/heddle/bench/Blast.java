package heddle.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most that this machine moves from one process to another in datagrams: a C program without
 * any protocol, with segmentation and receive offload.
 */
final class Blast implements Contender {
  private static final Pattern PORT = Pattern.compile("port=(\\d+)");
  private static final Pattern RATE = Pattern.compile("bytes_per_s=(\\d+) cpu_us_per=([\\d.]+)");
  private static final double PATIENCE_SECONDS = 60;
  private static final double MIB = 1 << 20;

  private final Children children;
  private final Path binary;
  private final int segmentBytes;
  private final double seconds;

  Blast(Children children, Path binary, int segmentBytes, double seconds) {
    this.children = children;
    this.binary = binary;
    this.segmentBytes = segmentBytes;
    this.seconds = seconds;
  }

  /**
   * Compiles the program into {@code directory}.
   *
   * @return nothing where there is no C compiler, or no such system calls
   */
  static Optional<Path> compile(Children children, Path directory)
      throws IOException, InterruptedException {
    Path source = directory.resolve("udpblast.c");
    Path binary = directory.resolve("udpblast");
    try (InputStream resource = Blast.class.getResourceAsStream("udpblast.c")) {
      if (resource == null) {
        return Optional.empty();
      }
      Files.write(source, resource.readAllBytes());
      List<String> command = List.of("gcc", "-O2", "-o", binary.toString(), source.toString());
      return children.run(command, PATIENCE_SECONDS).status() == 0
          ? Optional.of(binary)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String label() {
    return "C ceiling (GSO, GRO)";
  }

  @Override
  public Sample sample() throws IOException, InterruptedException {
    Process receiver = children.start(List.of(binary.toString(), "recv", "gro"));
    try (BufferedReader lines = receiver.inputReader()) {
      String port = match(PORT, lines.readLine()).group(1);
      Children.Output sent =
          children.run(
              List.of(binary.toString(), "send", "gso", port, "" + seconds, "" + segmentBytes),
              seconds + PATIENCE_SECONDS);
      Matcher received = match(RATE, lines.readLine());
      double rate = Double.parseDouble(received.group(1)) / 1e6;
      double sendCpu = Double.parseDouble(match(RATE, sent.out()).group(2)) * MIB / 1e3;
      double receiveCpu = Double.parseDouble(received.group(2)) * MIB / 1e3;
      return new Sample(rate, sendCpu, receiveCpu, Double.NaN);
    } finally {
      children.stop(receiver);
    }
  }

  private static Matcher match(Pattern pattern, String line) throws IOException {
    Matcher matcher = pattern.matcher(line == null ? "" : line);
    if (!matcher.find()) {
      throw new IOException("udpblast: " + line);
    }
    return matcher;
  }

  @Override
  public void close() {}
}
