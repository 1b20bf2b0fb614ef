package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MountOptionsTest {
  @Test
  void optionsAreInFusesForm() {
    var options =
        new MountOptions(
            Path.of("/mnt"),
            "a,b",
            Duration.ofMillis(1500),
            MountOptions.Audience.EVERYBODY,
            MountOptions.Access.READ_ONLY,
            MountOptions.Locks.TREE,
            List.of("auto_unmount"));

    assertThat(options.forFuse())
        .isEqualTo(
            "ro,use_ino,big_writes,atomic_o_trunc,subtype=heddle,max_read=131072,"
                + "fsname=heddle#a\\,b,"
                + "attr_timeout=1.500,entry_timeout=1.500,allow_other,auto_unmount");
  }

  @Test
  void endingWaitsIsNotLeftToLibfuse() {
    var options =
        new MountOptions(
            Path.of("/mnt"),
            "a",
            Duration.ofSeconds(1),
            MountOptions.Audience.OWNER,
            MountOptions.Access.READ_ONLY,
            MountOptions.Locks.TREE,
            List.of("intr"));

    assertThat(options.endsWaitsAtAnySignal()).isTrue();
    assertThat(options.forFuse()).endsWith("entry_timeout=1.000");
  }
}
