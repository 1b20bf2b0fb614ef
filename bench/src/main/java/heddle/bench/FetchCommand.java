package heddle.bench;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.auth.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import picocli.CommandLine.Command;

/** {@code heddle rxperf fetch}. */
@Command(
    name = "fetch",
    description = {
      "Read a file of a real file server, in turn with bare FetchData64 calls, 1, 4 and 8 at a time,",
      "and with the client library, whose cache is empty each time; print the medians."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer =
        "  heddle rxperf fetch --cell example.org --vlserver 192.0.2.1 --fileserver 192.0.2.2"
            + " /afs/example.org/big")
final class FetchCommand extends FileServerCommand {
  private static final int READ_BYTES = 128 << 10; // as the kernel asks of a mount

  @Override
  public Integer call() throws IOException, InterruptedException {
    FileStatus file;
    try (AfsClient client = AfsClient.open(config())) {
      file = client.stat(caller(), place(), FinalLink.FOLLOW);
    }
    compare(
        file.length(),
        new Contest() {
          @Override
          public void bare(BareLoop loop, int calls) throws IOException, InterruptedException {
            loop.fetch(file.fid(), file.length(), calls);
          }

          @Override
          public void library() throws IOException {
            readAll();
          }
        });
    return Rxperf.OK;
  }

  private void readAll() throws IOException {
    try (Identity caller = caller();
        AfsClient client = AfsClient.open(config());
        AfsFile file = client.open(caller, place(), FinalLink.FOLLOW)) {
      var target = ByteBuffer.allocateDirect(READ_BYTES);
      long offset = 0;
      int count;
      do {
        count = file.read(target.clear(), offset);
        offset += count;
      } while (count > 0);
    }
  }
}
