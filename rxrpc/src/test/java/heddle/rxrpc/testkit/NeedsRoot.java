package heddle.rxrpc.testkit;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** This test does what only root may, such as unplugging a server; it is skipped for others. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("root")
@ExtendWith(NeedsRoot.Condition.class)
public @interface NeedsRoot {
  /** Whether this JVM is root's. */
  final class Condition extends Requirement {
    @Override
    Optional<String> missing() {
      try {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
            ? Optional.empty()
            : Optional.of("not run by root");
      } catch (IOException | UnsupportedOperationException e) {
        return Optional.of("cannot tell whether run by root: " + e.getMessage());
      }
    }
  }
}
