package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/heddle} says in one line what is missing. Parts are hidden in a mount name space of
 * the test's own.
 */
@NeedsFuse // else something is missing already
@NeedsRoot // to hide things
final class MissingPartsIT {
  private static final String MOUNT = "mount --cell test.example --vlserver 192.0.2.1 .";

  @TempDir private Path directory;

  private String message(String hide, String arguments) {
    String script =
        hide + " && exec env -u JAVA_HOME '" + HeddleCommand.program() + "' " + arguments;
    Shell.Result result =
        Shell.run(
            directory,
            "unshare -m --propagation private sh -c '" + script.replace("'", "'\\''") + "'");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    return result.err();
  }

  @Test
  void device() {
    assertThat(message("mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3", MOUNT))
        .startsWith("heddle: cannot mount: no /dev/fuse");
    assertThat(message("mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3", "-v " + MOUNT))
        .as("options before the command")
        .startsWith("heddle: cannot mount: no /dev/fuse");
  }

  @Test
  void rightToTheDevice() {
    String asNobody = "setpriv --reuid=nobody --regid=nogroup --clear-groups ";
    Shell.Result result =
        Shell.run(
            Path.of("/"),
            ("unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 none /dev"
                    + " && mknod -m 666 /dev/null c 1 3 && mknod -m 600 /dev/fuse c 10 229"
                    + " && cp -r \"%s/bin\" /dev && chmod -R a+rX /dev/bin && %s /dev/bin/heddle %s'")
                .formatted(HeddleCommand.home(), asNobody, MOUNT));
    assertThat(result.err()).isEqualTo("heddle: cannot mount: no permission to open /dev/fuse\n");
    assertThat(result.exit()).isEqualTo(1);
  }

  /** A library is hidden by an overlay in which it was removed. */
  @Test
  void library() {
    String hide =
        """
        mount -t tmpfs none /mnt
        for library in $(find /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib -maxdepth 2 \
            -name libfuse.so.2 2>/dev/null); do
          [ -e "$library" ] || continue
          dir=$(readlink -f "${library%/*}")
          mkdir -p "/mnt$dir/up" "/mnt$dir/work"
          mount -t overlay none -o "lowerdir=$dir,upperdir=/mnt$dir/up,workdir=/mnt$dir/work" "$dir"
          rm "$dir/libfuse.so.2"
        done
        mount --bind /dev/null /etc/ld.so.cache
        true""";
    assertThat(message(hide, MOUNT)).startsWith("heddle: cannot mount: the library libfuse.so.2");
  }

  @Test
  void java() {
    String hide =
        "{ [ ! -d /usr/lib/jvm ] || mount -t tmpfs none /usr/lib/jvm; } && PATH=/usr/bin:/bin";
    assertThat(message(hide, "ls /afs"))
        .isEqualTo("heddle: no JDK 21 or newer in JAVA_HOME, /usr/lib/jvm or PATH\n");
  }
}
