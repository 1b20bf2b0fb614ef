package heddle.it;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mount could not store until its end is stored later. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug a server
final class RecoverIT {
  private static final int BIG = 3_500_000; // servers let 1 MiB more through than the quota

  @TempDir private Path directory;
  private Path keep;

  @BeforeEach
  void nameAPlace() {
    keep = directory.resolve("what is kept"); // to be quoted
  }

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
          .anyMatch(line -> line.contains("/file are kept: ") && line.endsWith(command()));

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

  @Test
  void whatIsRefusedAtTheEndOfAMountIsKeptToo() throws Exception {
    OwnVolume volume = OwnVolume.make("fs1", "");
    try {
      quota(volume, 1000);
      Mount mount = Mount.start("--root-volume", volume.name(), "--keep-dir", keep.toString());
      FileChannel big = FileChannel.open(mount.point().resolve("big"), CREATE_NEW, WRITE);
      try {
        big.write(ByteBuffer.allocate(BIG));
        mount.process().destroy(); // before it is closed: else that would say what is wrong
        assertThat(mount.process().waitFor()).as("%s", mount.log().path()).isEqualTo(1);
      } finally {
        close(big);
        mount.kill();
      }
      assertThat(mount.log().lines())
          .anyMatch(
              line ->
                  line.contains("/big are kept: ")
                      && line.contains("QUOT")
                      && line.endsWith(command()));

      String recover = "recover --keep-dir '" + keep + "' --root-volume " + volume.name();
      assertThat(HeddleCommand.run(recover, "").err())
          .as("and not that they are lost")
          .contains(".kept: quota exceeded")
          .hasLineCount(1);
      quota(volume, 10_000);
      assertThat(HeddleCommand.run(recover, "").out()).isEqualTo("/big: stored\n");
      try (Mount again = Mount.start("--root-volume", volume.name())) {
        assertThat(again.out("", "head -c 3500000 /dev/zero | cmp - big && wc -c < big"))
            .isEqualTo("3500000\n");
      }
    } finally {
      volume.remove();
    }
  }

  private String command() {
    return "; to store them: heddle recover --keep-dir '" + keep + "'";
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // its mount is gone
    }
  }

  private static void quota(OwnVolume volume, int kibibytes) throws Exception {
    RealCell.run(
        "on", "fs1", "vos", "setfields", volume.name(), "-maxquota", "" + kibibytes, "-localauth");
  }
}
