package heddle.bench;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Our client reads a file of our embedded cell from its beginning to its end, each time a new one
 * with an empty cache; both are processes of their own, and the cell stays for all samples.
 */
final class CellReading implements Contender {
  private static final Pattern STARTED = Pattern.compile("cell: (\\S+) at (\\S+),");
  private static final int READS = 5; // in one process; the median counts
  private static final int MEBIBYTES = 1024; // opening a client takes as long as reading 20
  private static final double PATIENCE_SECONDS = 120;

  /** Which of the figures of {@code rxperf fetch} is taken. */
  enum Reader {
    LIBRARY("library", "client library"),
    BARE("bare, 4 at a time", "4 bare calls at a time");

    private final String figure;
    private final String label;

    Reader(String figure, String label) {
      this.figure = figure;
      this.label = label;
    }
  }

  private final Children children;
  private final Reader reader;
  private @Nullable Process serving;
  private String cell = "";
  private String address = "";

  CellReading(Children children, Reader reader) {
    this.children = children;
    this.reader = reader;
  }

  @Override
  public String label() {
    return "heddle, " + reader.label;
  }

  @Override
  public void warmUp() throws IOException, InterruptedException {
    sample(); // the client warms itself up each time, the server does not
  }

  @Override
  public Sample sample() throws IOException, InterruptedException {
    if (serving == null || !serving.isAlive()) {
      start();
    }
    Children.Output output =
        children.run(
            Program.Heddle.command(
                List.of(),
                "fetch",
                "--json",
                "-n",
                String.valueOf(READS),
                "--cell",
                cell,
                "--vlserver",
                address,
                "--fileserver",
                address,
                "/afs/" + cell + "/" + CellCommand.FILE),
            PATIENCE_SECONDS);
    if (output.status() != 0) {
      throw new IOException(output.err().strip());
    }
    try {
      JsonObject figure = JsonParser.object().from(output.out()).getObject(reader.figure);
      return Sample.ofRate(figure.getDouble("median"));
    } catch (JsonParserException e) {
      throw new IOException("no JSON: " + output.out(), e);
    }
  }

  private void start() throws IOException {
    close();
    Process process =
        children.start(
            Program.Heddle.command(List.of("-Xmx3g"), "cell", "--mib", String.valueOf(MEBIBYTES)));
    BufferedReader messages = process.errorReader();
    String first = messages.readLine();
    Matcher started = STARTED.matcher(first == null ? "" : first);
    if (!started.find()) {
      children.stop(process);
      throw new IOException("did not start: " + first);
    }
    cell = started.group(1);
    address = started.group(2);
    serving = process;
  }

  @Override
  public void close() {
    if (serving != null) {
      children.stop(serving);
      serving = null;
    }
  }
}
