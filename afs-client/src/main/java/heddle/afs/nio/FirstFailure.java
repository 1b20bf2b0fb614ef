package heddle.afs.nio;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Does all of several things though some may fail, and then fails as the first of them did. */
final class FirstFailure {
  private @Nullable Exception first;

  /** One of them. */
  interface Step {
    void run() throws IOException;
  }

  /** Does one. */
  void of(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      if (first == null) {
        first = e;
      } else {
        first.addSuppressed(e);
      }
    }
  }

  /** Fails if one of them did. */
  void rethrow() throws IOException {
    switch (first) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new AssertionError(first);
    }
  }
}
