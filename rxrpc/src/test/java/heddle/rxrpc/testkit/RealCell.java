package heddle.rxrpc.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real OpenAFS cell that this JVM is a client host of, as {@code bin/real-cell exec} describes
 * it in the environment. Tests that use it say {@link NeedsCell}.
 */
public final class RealCell {
  private static final long COMMAND_SECONDS = 120;

  private RealCell() {}

  /** Returns whether this JVM runs on one of the client hosts of a cell. */
  public static boolean isHere() {
    return Stream.of("HEDDLE_CELL_CLIENT", "HEDDLE_CELL_CLIENT2")
        .map(System::getenv)
        .anyMatch(address -> address != null && isLocal(address));
  }

  /** Returns the cell's name, such as {@code test.example}. */
  public static String name() {
    return variable("HEDDLE_CELL_NAME");
  }

  /** Returns the host of the volume location and protection databases, and of the KDC. */
  public static InetAddress databaseServer() {
    return address("HEDDLE_CELL_DB");
  }

  /** Returns the first file server, which has all volumes but {@code user.bob}. */
  public static InetAddress fileServer1() {
    return address("HEDDLE_CELL_FS1");
  }

  /** Returns the second file server, which has {@code user.bob} and read-only replicas. */
  public static InetAddress fileServer2() {
    return address("HEDDLE_CELL_FS2");
  }

  /** Returns the file with the Kerberos key of a user, such as alice. */
  public static Path keytab(String user) {
    return Path.of(variable("HEDDLE_CELL_KEYTABS"), user + ".keytab");
  }

  /** Returns the keytab of the cell's servers. */
  public static Path serviceKeytab() {
    return Path.of(variable("HEDDLE_CELL_STATE"), "keys", "rxkad.keytab");
  }

  /** Returns a file of the realm that {@code bin/real-cell otherrealm} has started. */
  public static Path otherRealm(String name) {
    return Path.of(variable("HEDDLE_CELL_STATE"), "otherrealm", name);
  }

  /** Returns where Kerberos is configured for the cell. */
  public static Path kerberosConfig() {
    return Path.of(variable("KRB5_CONFIG"));
  }

  /**
   * Runs {@code bin/real-cell} with these arguments (its {@code --help} lists them) and returns
   * what it printed. Blocks until it ends, for two minutes at most.
   *
   * @throws IOException if its exit status is not 0; the message has its output
   */
  public static String run(String... arguments) throws IOException, InterruptedException {
    return runWithInput("", arguments);
  }

  /** Like {@link #run}, with a standard input, such as the contents of a new volume. */
  public static String runWithInput(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(variable("HEDDLE_CELL_SCRIPT")));
    Collections.addAll(command, arguments);
    Path stdin = Files.createTempFile("real-cell", ".in");
    Path output = Files.createTempFile("real-cell", ".out"); // no pipe: daemons would hold it open
    try {
      Files.writeString(stdin, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(stdin.toFile())
              .redirectOutput(output.toFile())
              .redirectErrorStream(true)
              .start();
      boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
      String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      if (!ended) {
        process.destroyForcibly();
        throw new IOException(command + " did not end: " + said);
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + " ended with " + process.exitValue() + ": " + said);
      }
      return said;
    } finally {
      Files.deleteIfExists(stdin);
      Files.deleteIfExists(output);
    }
  }

  private static boolean isLocal(String address) {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static InetAddress address(String variable) {
    try {
      return InetAddress.getByName(variable(variable));
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: does the test say @NeedsCell?");
    }
    return value;
  }
}
