package heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heddle rxperf jmh}. */
@Command(
    name = "jmh",
    description = {
      "Run the JMH benchmarks of Heddle; all arguments are JMH's.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf jmh -l                            (list them)",
      "  heddle rxperf jmh HeaderCodec -prof gc          (bytes allocated as well)",
      "  heddle rxperf jmh -h                            (JMH's own help)"
    })
final class JmhCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "As for JMH.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return Rxperf.OK;
  }
}
