package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle cat}. */
@Command(
    name = "cat",
    description = "Write files of AFS to standard output, without a mount.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  heddle cat --cell example.org --vlserver 192.0.2.1 /afs/example.org/README")
final class CatCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();

  @Option(names = "--json", description = "Say what fails as JSON, one object a line.")
  @SuppressWarnings("UnusedVariable") // Complaint asks for it
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "As /afs/example.org/file.")
  private List<String> paths = new ArrayList<>();

  CatCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return new ReadingCommand(console, common, cells, tickets, spec).forEach(paths, this::cat);
  }

  private void cat(AfsSource source, AfsPath path, String argument) throws IOException {
    try (AfsFile file = source.open(path, FinalLink.FOLLOW);
        var chunks = new ChunkReader(file)) {
      WritableByteChannel out = channel();
      for (ByteBuffer chunk = chunks.next(); chunk.hasRemaining(); chunk = chunks.next()) {
        write(out, chunk);
      }
    }
  }

  /** A direct buffer reaches a file without a copy in Java. */
  private WritableByteChannel channel() {
    return console.out() instanceof FileOutputStream file
        ? file.getChannel()
        : Channels.newChannel(console.out());
  }

  private static void write(WritableByteChannel out, ByteBuffer chunk) throws IOException {
    try {
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
    } catch (IOException e) {
      throw BrokenPipeException.of(e);
    }
  }
}
