package heddle.bench;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Rxperf.class.getPackage().getImplementationVersion())
            .orElse("(not built by Maven)");
    return new String[] {
      "heddle rxperf " + version,
      "Java "
          + System.getProperty("java.vm.version")
          + " ("
          + System.getProperty("java.vendor")
          + ")"
    };
  }
}
