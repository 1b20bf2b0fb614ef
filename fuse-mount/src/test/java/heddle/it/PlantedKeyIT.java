package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.KeyForms;
import heddle.rxrpc.testkit.NeedsCell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import jdk.jfr.Event;
import jdk.jfr.Name;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a key where none may be, into the log and the flight recording of this run: {@link
 * SecretSearch} must find it, or what it does not find says nothing.
 */
@NeedsCell
final class PlantedKeyIT {
  private static final Logger LOG = LoggerFactory.getLogger(PlantedKeyIT.class);
  private static final String SECRETS = "HEDDLE_TEST_SECRETS";

  /** What is planted in the recording. */
  @Name("heddle.test.Planted")
  static final class Planted extends Event {
    String text = "";
  }

  @Test
  void aKeyIsWrittenInEveryForm() throws Exception {
    String directory = System.getenv(SECRETS);
    if (directory == null) {
      return; // nobody looks for it after this run
    }
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    for (String text : KeyForms.texts(key).values()) {
      LOG.trace("planted: {}", text);
      var event = new Planted();
      event.text = text;
      event.commit();
      assertThat(event.shouldCommit()).as("it is recorded").isTrue();
    }
    Files.write(Path.of(directory, SecretSearch.PLANTED), key);
  }
}
