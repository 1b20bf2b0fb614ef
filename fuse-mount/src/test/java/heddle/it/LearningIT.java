package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** The JVM of a mount learns from the first one that did something. */
@NeedsCell
@NeedsFuse
@EnabledForJreRange(min = JRE.JAVA_25, disabledReason = "only a JDK from 25 on can learn")
final class LearningIT {
  private static final String MOUNT =
      """
      export HEDDLE_LEARN=yes
      mkdir -p mnt
      mkfifo messages
      ./bin/heddle mount HEDDLE_CELL --attr-timeout 0 --keep-dir none mnt >messages 2>&1 &
      exec 3<messages
      rm messages
      while read -r line <&3; do
        case $line in "heddle: mounted "*) break ;; *) echo "$line" ;; esac
      done
      tr '\\0' '\\n' </proc/$!/cmdline | grep -o '^-XX:AOT[A-Za-z]*='
      PROGRAM >/dev/null
      fusermount -u mnt
      wait $!
      cat <&3
      """;

  @TempDir private Path directory;

  private String mount(String program) {
    Shell.Result result =
        Shell.run(
            directory,
            MOUNT.replace("HEDDLE_CELL", HeddleCommand.cell()).replace("PROGRAM", program));
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  @Test
  void aFirstMountThatFailsSaysWhyAndNothingOfWhatTheJvmDoes() {
    HeddleCommand.install(directory);
    Shell.Result result =
        Shell.run(
            directory,
            "export HEDDLE_LEARN=yes; mkdir full; touch full/x; ./bin/heddle mount --json full || :");
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("{").contains("not empty").hasLineCount(1);
  }

  @Test
  void laterMountsBeginWithWhatTheFirstUsefulOneLearned() {
    HeddleCommand.install(directory);
    String few = "ls mnt";
    String many =
        "perl -e 'for (1..2000) { stat(\"mnt/%s/README\") or die }'".formatted(RealCell.name());

    assertThat(mount(few)).as("nothing to learn from").isEqualTo("-XX:AOTCacheOutput=\n");
    assertThat(directory.resolve("fuse-mount/target")).isDirectoryNotContaining("glob:**.aot");
    assertThat(mount(many)).startsWith("-XX:AOTCacheOutput=\nheddle: keeps what it learned");
    assertThat(mount(few)).isEqualTo("-XX:AOTCache=\n");
  }
}
