package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/heddle demo}, which a newcomer types first. */
@NeedsFuse
final class DemoIT {
  @TempDir private Path directory;

  @Test
  void everyCommandGivesWhatItShould() throws IOException {
    Shell.Result result =
        Shell.run(directory, "TMPDIR=/tmp '" + HeddleCommand.program() + "' demo --exit");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("$ ls -F", "$ cat", "$ touch", "$ echo", "$ chmod", "$ heddle fs listacl")
        .contains("\nDraw a plan.\nFollow the plan.\n(the server had called it back")
        .doesNotContain("!!");
    assertThat(result.exit()).isZero();
    assertNothingIsLeft(placeOf(result.out()));
  }

  @Test
  void staysMountedUntilItIsInterrupted() throws Exception {
    LogFile log = new LogFile(directory.resolve("demo.log"));
    Process process =
        new ProcessBuilder(
                List.of(
                    "env",
                    "--default-signal=INT,TERM,HUP",
                    HeddleCommand.program().toString(),
                    "demo"))
            .redirectErrorStream(true)
            .redirectOutput(log.path().toFile())
            .start();
    Path place;
    try {
      log.await(process, "^ +.*heddle status$");
      place = placeOf(Files.readString(log.path()));
      assertThat(Shell.run(place, "cat second/demo.test/README").out()).startsWith("A whole AFS");
    } finally {
      Shell.run(directory, "kill -INT " + process.pid());
    }
    assertThat(process.waitFor()).isZero();
    assertNothingIsLeft(place);
  }

  /** Returns the directory that the demo's commands run in. */
  private static Path placeOf(String output) {
    Matcher found = Pattern.compile("^\\$ cd (/\\S+)$", Pattern.MULTILINE).matcher(output);
    assertThat(found.find()).as(output).isTrue();
    return Path.of(found.group(1));
  }

  private static void assertNothingIsLeft(Path place) throws IOException {
    assertThat(place).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(place.toString());
  }

  /** A command of this name that writes its arguments down, and fails. */
  private void fake(String command) throws IOException {
    Path file = directory.resolve(command);
    Files.writeString(
        file, "#!/bin/sh\necho \"" + command + " $*\" >>'" + directory + "/called'\nexit 9\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs a demo where there is no JDK and no Maven, and fake commands come first. */
  private Shell.Result withoutJdk(String prefix, String arguments) {
    String script =
        "mount -t tmpfs none /usr/lib/jvm; PATH='"
            + directory
            + "':/usr/sbin:/usr/bin:/sbin:/bin; command -v java javac | while read -r f; do"
            + " mount --bind /dev/null \"$(readlink -f \"$f\")\"; done; cd /; exec env -u JAVA_HOME "
            + prefix
            + HeddleCommand.program()
            + " demo --exit "
            + arguments;
    return Shell.run(
        directory,
        "mkdir -p /usr/lib/jvm; unshare -m --propagation private sh -c '"
            + script.replace("'", "'\\''")
            + "'");
  }

  @Test
  @NeedsRoot // to hide things
  void rootInstallsWhatIsMissing() throws IOException {
    fake("apt-get");
    Shell.Result result = withoutJdk("", "");
    assertThat(Files.readString(directory.resolve("called")))
        .startsWith("apt-get -qq update\napt-get -qq -y --no-install-recommends install ")
        .contains("openjdk-");
    assertThat(result.err()).contains("heddle: installing openjdk-", " failed\n");
    assertThat(result.exit()).isEqualTo(1);
  }

  @Test
  @NeedsRoot // to become somebody else
  void othersAreToldWhatToTypeOrUseSudo() throws IOException {
    fake("apt-get");
    HeddleCommand.install(directory);
    Shell.run(directory, "chmod 777 . ; touch called; chmod 666 called");
    String nobody = "setpriv --reuid=nobody --regid=nogroup --clear-groups ";
    Shell.Result told = withoutJdk(nobody, "");
    assertThat(told.err()).matches("heddle: missing: .*openjdk-.*apt-get install -y .*\n");
    assertThat(directory.resolve("called")).isEmptyFile();

    fake("sudo");
    assertThat(withoutJdk(nobody, "--yes").exit()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("called")))
        .startsWith("sudo env DEBIAN_FRONTEND=noninteractive sh -c ")
        .contains("openjdk-");
  }
}
