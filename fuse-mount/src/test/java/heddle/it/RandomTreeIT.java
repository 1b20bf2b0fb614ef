package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two mounts of a real cell show one tree, and it is what a local file system makes of the same
 * operations. {@code -Dheddle.it.seed=N} does others, {@code -Dheddle.it.surprise=true} some that
 * nobody has done yet, {@code -Dheddle.it.seconds=N} takes that long (the profile {@code nightly}
 * half an hour, with a surprise).
 */
@NeedsCell
@NeedsFuse
final class RandomTreeIT {
  private static final long SEED = 1_795_308_915_730L; // has found a fault once

  @TempDir private Path model;

  @Test
  void twoMountsAreLikeOneLocalFileSystem() throws IOException {
    boolean surprise = Boolean.getBoolean("heddle.it.surprise");
    long seed = surprise ? System.currentTimeMillis() : Long.getLong("heddle.it.seed", SEED);
    Duration time = Duration.ofSeconds(Long.getLong("heddle.it.seconds", 120));
    String directory = RealCell.name() + "/scratch/tree-" + ProcessHandle.current().pid();
    try (Mount first = Mount.start("--attr-timeout", "0");
        Mount second = Mount.start("--attr-timeout", "0")) {
      List<Path> roots =
          List.of(first.point().resolve(directory), second.point().resolve(directory));
      Files.createDirectory(roots.getFirst());
      var tree = new RandomTree(roots, model, seed);
      long end = System.nanoTime() + time.toNanos();
      try {
        while (System.nanoTime() - end < 0) {
          tree.step();
        }
        tree.compareAll();
      } catch (AssertionError e) {
        throw new AssertionError("-Dheddle.it.seed=" + seed + ": " + e.getMessage(), e);
      }
      assertThat(tree.operations()).isPositive();
    }
  }
}
