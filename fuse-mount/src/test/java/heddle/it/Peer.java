package heddle.it;

import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * OpenAFS's own client and tools on the cell's other client host: another client that writes what
 * Heddle reads, and a witness of how AFS looks. Anonymous. Mounts once for all tests.
 */
final class Peer implements BeforeAllCallback {
  private static final String HOST = "cli2";

  /**
   * Debian's afsio (1.8.9) takes a structure of one Kerberos library for that of another, and what
   * lies behind it in memory decides whether a signal ends it. Without a realm it does not come so
   * far: there is none for a host without a domain, which the database server is in this host's
   * CellServDB, if none is configured.
   */
  static final String AFSIO_ENVIRONMENT = "KRB5_CONFIG=/dev/null";

  private static Mounted mounted;

  /** What is mounted can be seen on the other host only. */
  private record Mounted(Path directory) implements AutoCloseable {
    static Mounted mount() {
      try {
        Path directory = Files.createTempDirectory("heddle-peer");
        RealCell.run("peer", "start", directory.toString(), HOST);
        return new Mounted(directory);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        RealCell.run("peer", "stop", directory.toString(), HOST);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Files.delete(directory);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    mounted =
        context
            .getRoot()
            .getStore(Namespace.create(Peer.class))
            .getOrComputeIfAbsent(Mounted.class, key -> Mounted.mount(), Mounted.class);
  }

  /**
   * Runs {@code script} in {@code directory} of the cell and returns what it prints.
   *
   * @throws IOException if it fails
   */
  static String run(String directory, String script) throws Exception {
    Path cell = mounted.directory.resolve(RealCell.name());
    return RealCell.run(
        "on", HOST, "sh", "-c", "set -e; cd '" + cell.resolve(directory) + "'; " + script);
  }

  /**
   * Writes {@code content} over the beginning of a file; the server has it when this returns, and
   * has told every client. (A file closed in the mount may be stored a little later.)
   */
  static void write(String fid, String content) throws Exception {
    RealCell.runWithInput(
        content,
        "on",
        HOST,
        "env",
        AFSIO_ENVIRONMENT,
        "afsio",
        "fidwrite",
        "-vnode",
        fid,
        "-cell",
        RealCell.name(),
        "-clear",
        "-force");
  }

  /** Cuts a file off after {@code length} bytes; the server has done so when this returns. */
  static void truncate(String directory, String name, int length) throws Exception {
    // by name: the length of an open file is stored when it is closed
    run(directory, "perl -e 'truncate \"" + name + "\", " + length + " or die $!'");
  }
}
