package heddle.bench;

import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.auth.Identity;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle rxperf cell}. */
@Command(
    name = "cell",
    description = {
      "Serve an embedded cell, in memory, with one big file that anybody may read, until Ctrl-C.",
      "For 'heddle rxperf fetch', and for the EMBEDDED part of 'heddle rxperf compare'."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  heddle rxperf cell                      (says its name and address)",
      "  heddle rxperf fetch --cell NAME --vlserver ADDRESS --fileserver ADDRESS /afs/NAME/big"
    })
final class CellCommand implements Callable<Integer> {
  /** The big file. */
  static final String FILE = "big";

  private static final int MAX_MIB = 1024;
  private static final int BUFFER_BYTES = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--mib",
      paramLabel = "SIZE",
      defaultValue = "256",
      description = "Size of the file, 1 to " + MAX_MIB + " (default: ${DEFAULT-VALUE}).")
  private int mebibytes;

  @Override
  @SuppressWarnings("try") // it is there to be closed
  public Integer call() throws IOException, InterruptedException {
    if (mebibytes < 1 || mebibytes > MAX_MIB) {
      throw new ParameterException(spec.commandLine(), "--mib is 1 to " + MAX_MIB);
    }
    CountDownLatch end = new CountDownLatch(1);
    try (CtrlC ctrlC = CtrlC.calls(end::countDown);
        EmbeddedCell cell = EmbeddedCell.start()) {
      write(cell);
      spec.commandLine()
          .getErr()
          .printf(
              "rxperf cell: %s at %s, UDP ports 7000 to 7005; Ctrl-C ends it%n",
              cell.name(), cell.address().getHostAddress());
      end.await();
    }
    return Rxperf.OK;
  }

  private void write(EmbeddedCell cell) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    try (Identity administrator = cell.caller("admin");
        AfsFile file =
            cell.client().create(administrator, AfsPath.of("/" + cell.name() + "/" + FILE), 0644)) {
      for (int i = 0; i < mebibytes; i++) {
        bytes[0] = (byte) i; // no two alike
        file.write(ByteBuffer.wrap(bytes), (long) i * BUFFER_BYTES);
      }
      file.flush(); // closing does not wait, and then nobody may write any more
    }
  }
}
