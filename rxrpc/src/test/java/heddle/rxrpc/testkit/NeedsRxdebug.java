package heddle.rxrpc.testkit;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** This test runs OpenAFS's {@code rxdebug}; it is skipped where there is none. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("rxdebug")
@ExtendWith(NeedsRxdebug.Condition.class)
public @interface NeedsRxdebug {
  /** Whether the program is in the path. */
  final class Condition extends Requirement {
    @Override
    Optional<String> missing() {
      String path = System.getenv().getOrDefault("PATH", "");
      return Arrays.stream(path.split(File.pathSeparator))
              .map(directory -> Path.of(directory, "rxdebug"))
              .anyMatch(Files::isExecutable)
          ? Optional.empty()
          : Optional.of("no rxdebug (Debian: package openafs-client)");
    }
  }
}
