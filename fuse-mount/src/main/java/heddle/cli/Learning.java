package heddle.cli;

import heddle.fuse.OutputStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A first run that the JVM learns from: {@code bin/heddle} asks it to keep at its end what it
 * loaded and found worth compiling, so that later mounts begin with that (JEP 515). The JVM writes
 * that by itself after the program has ended, within seconds; what remains here is to say of how
 * much use it is.
 */
final class Learning {
  /** Names the file that takes the number of requests that the JVM learned from. */
  static final String PROPERTY = "heddle.learned";

  private static final Logger LOG = LoggerFactory.getLogger("heddle.cli");

  private Learning() {}

  /**
   * Has the process write nothing more to its standard output and error, if it is such a run: at
   * its end, also when the command has failed, the JVM reports there on its own work.
   */
  static void silence() {
    if (System.getProperty(PROPERTY) != null) {
      OutputStreams.silence();
    }
  }

  /** Leaves how many requests the run served, and is silent from here on. */
  static void end(long requests, Consumer<String> notices) {
    String file = System.getProperty(PROPERTY);
    if (file == null) {
      return;
    }
    try {
      Files.writeString(Path.of(file), requests + "\n");
    } catch (IOException e) {
      LOG.debug("nothing is learned from this run", e); // who starts the next finds no number
    }
    notices.accept("keeps what it learned for faster starts (only this time, some seconds)");
    silence();
  }
}
