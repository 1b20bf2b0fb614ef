package heddle.bench;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.auth.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle rxperf store}. */
@Command(
    name = "store",
    description = {
      "Write a file of a real file server over and over, in turn with bare StoreData64 calls, 1, 4 and",
      "8 at a time, and with the client library; each time until the server has it on its disk; print",
      "the medians. The file is made, or overwritten."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer =
        "  heddle rxperf store --cell example.org --vlserver 192.0.2.1 --fileserver 192.0.2.2"
            + " /afs/example.org/scratch/big")
final class StoreCommand extends FileServerCommand {
  private static final int WRITTEN_BYTES = 128 << 10; // as the kernel does in a mount
  private static final int MODE = 0644;

  @Option(
      names = "--mib",
      defaultValue = "256",
      paramLabel = "MIB",
      description = "Mebibytes to write (default: ${DEFAULT-VALUE}).")
  private int mebibytes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    long bytes = (long) mebibytes << 20;
    FileStatus file = make();
    compare(
        bytes,
        new Contest() {
          @Override
          public void bare(BareLoop loop, int calls) throws IOException, InterruptedException {
            loop.store(file.fid(), bytes, calls);
          }

          @Override
          public void library() throws IOException {
            writeAll(bytes);
          }
        });
    return Rxperf.OK;
  }

  private FileStatus make() throws IOException {
    try (Identity caller = caller();
        AfsClient client = AfsClient.open(config())) {
      try {
        client.create(caller, place(), MODE).close();
      } catch (AfsException.FileExists e) {
        // it is overwritten
      }
      return client.stat(caller, place(), FinalLink.FOLLOW);
    }
  }

  private void writeAll(long bytes) throws IOException {
    try (Identity caller = caller();
        AfsClient client = AfsClient.open(config());
        AfsFile file = client.openForWriting(caller, place(), FinalLink.FOLLOW)) {
      var source = ByteBuffer.allocateDirect(WRITTEN_BYTES);
      for (long offset = 0; offset < bytes; offset += WRITTEN_BYTES) {
        file.write(source.clear(), offset);
      }
      file.sync();
    }
  }
}
