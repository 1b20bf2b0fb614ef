package heddle.rxrpc.testkit;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** This test mounts through FUSE; it is skipped where that cannot be done. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("fuse")
@ExtendWith(NeedsFuse.Condition.class)
public @interface NeedsFuse {
  /** Whether the device and the library are there. */
  final class Condition extends Requirement {
    @Override
    Optional<String> missing() {
      Path device = Path.of("/dev/fuse");
      if (!Files.isReadable(device) || !Files.isWritable(device)) {
        return Optional.of("no /dev/fuse that may be opened");
      }
      return Stream.of("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
              .map(Path::of)
              .anyMatch(Condition::holdsLibrary)
          ? Optional.empty()
          : Optional.of("no libfuse.so.2 (Debian: package libfuse2)");
    }

    private static boolean holdsLibrary(Path directory) {
      if (!Files.isDirectory(directory)) {
        return false;
      }
      try (Stream<Path> found =
          Files.find(directory, 2, (path, attributes) -> path.endsWith("libfuse.so.2"))) {
        return found.findAny().isPresent();
      } catch (IOException e) {
        return false;
      }
    }
  }
}
