package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user who is not root mounts, with a copy of the program that everybody may read. All in a mount
 * name space of its own, where everybody may open {@code /dev/fuse} as on any Debian.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to become somebody else
final class OrdinaryUserIT {
  private static final String SCRIPT =
      """
      exec 2>&1
      mkdir device && mount -t tmpfs -o mode=755 none device
      mknod -m 666 device/fuse c 10 229
      mount --bind device/fuse /dev/fuse
      as_user="setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=$PWD/home"

      mkfifo -m 666 messages
      $as_user ./bin/heddle mount HEDDLE_CELL OPTIONS mnt 2>messages &
      heddle=$!
      exec 3<messages
      while read -r line <&3; do
        case $line in "heddle: mounted "*) break ;; "") ;; *) echo "$line" ;; esac
      done

      $as_user cat mnt/README
      cat mnt/README
      ls -ld mnt | cut -c 1-10
      $as_user END
      cat <&3
      wait $heddle
      echo "exit status $?"
      ! grep " $PWD/mnt " /proc/mounts
      """;

  @TempDir private Path directory;

  @BeforeEach
  void install() {
    HeddleCommand.install(directory);
    assertThat(Shell.run(directory, "mkdir mnt home && chown nobody mnt home").err()).isEmpty();
  }

  private Shell.Result run(String options, String end) {
    String script =
        SCRIPT
            .replace("HEDDLE_CELL", HeddleCommand.cell())
            .replace("OPTIONS", "--root-volume root.cell " + options)
            .replace("END", end);
    return Shell.run(
        directory, "unshare -m --propagation private sh -c '" + script.replace("'", "'\\''") + "'");
  }

  @Test
  void filesAreTheUsersAlone() {
    String said = run("", "fusermount -u mnt").out();
    assertThat(said.lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Welcome to "),
            line -> assertThat(line).isEqualTo("cat: mnt/README: Permission denied"),
            line -> assertThat(line).startsWith("ls: cannot access 'mnt'"),
            line -> assertThat(line).isEqualTo("exit status 0"));
  }

  @Test
  void filesAreForEverybodyIfTheSystemAllowsIt() {
    String said = run("--allow-other", "sh -c \"kill $heddle\"").out();
    assertThat(said.lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Welcome to "),
            line -> assertThat(line).startsWith("Welcome to "),
            line -> assertThat(line).isEqualTo("drwxr-xr-x"),
            line -> assertThat(line).isEqualTo("exit status 0"));
  }

  @Test
  void whatTheSystemHasToAllowIsExplained() {
    Shell.Result result =
        Shell.run(
            directory,
            ("unshare -m --propagation private sh -c 'mkdir device"
                    + " && mount -t tmpfs -o mode=755 none device"
                    + " && mknod -m 666 device/fuse c 10 229 && mount --bind device/fuse /dev/fuse"
                    + " && mount --bind /dev/null /etc/fuse.conf"
                    + " && setpriv --reuid=nobody --regid=nogroup --clear-groups"
                    + " ./bin/heddle mount %s --allow-other mnt'")
                .formatted(HeddleCommand.cell()));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err().lines()).singleElement().asString().contains("user_allow_other");
  }
}
