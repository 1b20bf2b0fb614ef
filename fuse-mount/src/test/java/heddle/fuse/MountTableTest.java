package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final String TABLE =
      """
      21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      40 21 0:39 / /mnt/afs ro,nosuid shared:7 master:2 - fuse.heddle heddle#a.example ro
      41 21 0:40 / /mnt/with\\040space\\134and\\303\\244 ro - fuse.heddle heddle#b.example ro,user_id=1000,group_id=5
      42 40 0:41 / /mnt/afs ro,nosuid - tmpfs none ro
      garbage
      43 21 0:41 / /mnt/noseparator ro,nosuid tmpfs none ro
      """;

  private final MountTable table = MountTable.parse(TABLE.getBytes(StandardCharsets.ISO_8859_1));

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesThatMakeNoSenseAreLeftOut() {
    assertThat(table.entries()).extracting(MountTable.Entry::id).containsExactly(21, 40, 41, 42);
  }

  @Test
  void theUppermostMountIsSeen() {
    assertThat(table.at(bytes("/mnt/afs")).orElseThrow().type()).isEqualTo("tmpfs");
  }

  @Test
  void escapedNamesAreFound() {
    assertThat(table.at(bytes("/mnt/with space\\andä")).orElseThrow().id()).isEqualTo(41);
  }

  @Test
  void mountsOfHeddleAreKnownByTheirOwners() {
    assertThat(table.heddles()) // the other has no owner, and is mounted over
        .containsExactly(new RunningMount(Path.of("/mnt/with space\\andä"), 1000));
  }

  @Test
  void whatIsNotMountedIsNotFound() {
    assertThat(table.at(bytes("/mnt"))).isEmpty();
    assertThat(table.contains(40)).isTrue();
    assertThat(table.contains(1)).isFalse();
  }

  @Test
  void theSystemsTableCanBeRead() throws IOException {
    assertThat(MountTable.read().at(bytes("/proc")).orElseThrow().type()).isEqualTo("proc");
  }

  @Test
  void theMountThatHoldsAPathIsTheInnermost() {
    MountedPath held = table.holding(bytes("/mnt/with space\\andä/dir/file")).orElseThrow();

    assertThat(held.mount()).isEqualTo(new RunningMount(Path.of("/mnt/with space\\andä"), 1000));
    assertThat(held.below()).asString(StandardCharsets.UTF_8).isEqualTo("/dir/file");
    assertThat(table.holding(bytes("/mnt/with space\\andä")).orElseThrow().below())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("/");
    assertThat(table.holding(bytes("/mnt/with space\\andäbc"))).isEmpty();
    assertThat(table.holding(bytes("/mnt/afs/covered"))).isEmpty();
    assertThat(table.holding(bytes("/etc"))).isEmpty();
  }
}
