package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mount could not store until its end is stored later. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug a server
final class RecoverIT {
  @TempDir private Path keep;

  @Test
  void whatIsKeptAtTheEndOfAMountIsStoredWhenTheServerIsBack() throws Exception {
    OwnVolume volume = OwnVolume.make("fs2", "file /file 0123456789\n");
    try {
      Mount mount =
          Mount.start(
              "--root-volume",
              volume.name(),
              "--keep-dir",
              keep.toString(),
              "--store-behind",
              "--timeout",
              "300",
              "--shutdown-timeout",
              "1");
      mount.out("", "cat file");
      RealCell.run("netdown", "fs2");
      try {
        mount.out("", "printf new 1<>file"); // nobody has it when that is closed
        mount.process().destroy();
        assertThat(mount.process().waitFor()).as("%s", mount.log().path()).isEqualTo(1);
      } finally {
        RealCell.run("netup", "fs2");
        mount.kill();
      }
      assertThat(mount.log().lines())
          .anyMatch(line -> line.contains("/file are kept, 'heddle recover' stores them: "));

      String recover = "recover --keep-dir '" + keep + "' --root-volume " + volume.name();
      assertThat(HeddleCommand.run(recover, "--list").out()).contains(" /file  3 bytes of it");
      assertThat(HeddleCommand.run(recover, "").out()).isEqualTo("/file: stored\n");
      assertThat(HeddleCommand.run(recover, "--list").out()).isEmpty();

      try (Mount again = Mount.start("--root-volume", volume.name())) {
        assertThat(again.out("", "cat file")).isEqualTo("new3456789");
      }
    } finally {
      volume.remove();
    }
  }
}
