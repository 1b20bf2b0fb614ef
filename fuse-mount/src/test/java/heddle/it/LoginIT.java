package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.KerberosTokenSource;
import heddle.control.ControlClient;
import heddle.fuse.RunningMount;
import heddle.fuse.Shell;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users with Kerberos tickets, tokens and private files, at a real cell. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to become somebody else, and to look from the other host
final class LoginIT {
  private static final String DENIED = "Permission denied";
  private static final String AS_NOBODY =
      "setpriv --reuid=nobody --regid=nogroup --clear-groups env ";

  @TempDir private static Path installation;
  @TempDir private Path directory;

  private String cell;
  private String secret;

  @BeforeAll
  static void install() {
    HeddleCommand.install(installation);
  }

  @BeforeEach
  void names() {
    cell = RealCell.name();
    secret = cell + "/user/alice/private/secret.txt";
  }

  /** Returns a cache with a ticket that a password gave, as a variable of the environment. */
  private String kinit(String user) {
    Path cache = directory.resolve(user + ".cache");
    Shell.Result result =
        Shell.run(
            directory,
            "echo " + user + "pw | kinit -c 'FILE:" + cache + "' " + user + " >/dev/null");
    assertThat(result.exit()).as(result.err()).isZero();
    return "KRB5CCNAME='FILE:" + cache + "' ";
  }

  /** Runs a command about the tokens of a mount; {@code before} is put in front of it. */
  private Shell.Result heddle(String before, Mount mount, String command) {
    String program = "'" + installation + "/bin/heddle' ";
    return Shell.run(directory, before + program + command + " --mount '" + mount.point() + "'");
  }

  private void succeed(String before, Mount mount, String command) {
    Shell.Result result = heddle(before, mount, command);
    assertThat(result.exit()).as(result.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"clear", "auth", "crypt"})
  void aliceSeesHerPrivateFilesAtEachLevelUntilSheLogsOut(String level) {
    String ticket = kinit("alice");
    try (Mount mount = Mount.start("--level", level)) {
      assertThat(mount.shell("", "cat " + secret).err()).contains(DENIED);

      succeed(ticket, mount, "login");

      assertThat(mount.out(cell, "ls user/alice/private")).isEqualTo("secret.txt\n");
      assertThat(mount.out("", "cat " + secret)).isEqualTo("alice secret\n");
      assertThat(heddle("", mount, "tokens --json").out())
          .contains("\"client\":\"alice@TEST.EXAMPLE\"")
          .contains("\"cell\":\"" + cell + "\"");

      succeed("", mount, "logout");

      assertThat(mount.shell("", "cat " + secret).err()).contains(DENIED);
      assertThat(heddle("", mount, "tokens --json").out()).isEqualTo("[]\n");
    }
  }

  @Test
  void commandsWithoutAMountUseTheTickets() {
    String arguments = "/afs/" + secret;
    for (String level : List.of("clear", "auth", "crypt")) {
      String line = HeddleCommand.line("cat --level " + level, arguments);
      assertThat(Shell.run(directory, kinit("alice") + line).out()).isEqualTo("alice secret\n");
    }
    String cat = HeddleCommand.line("cat", arguments);
    assertThat(Shell.run(directory, kinit("bob") + cat).err()).endsWith("permission denied\n");
    assertThat(Shell.run(directory, "KRB5CCNAME=FILE:/nonexistent " + cat).err())
        .contains("permission denied (as anybody: ")
        .contains("kinit");
    String anonymous = HeddleCommand.line("cat --anonymous", arguments);
    assertThat(Shell.run(directory, kinit("alice") + anonymous).err())
        .endsWith("permission denied\n");
  }

  @Test
  void usersOfOneMountAreEachThemselves() throws IOException {
    String bob = kinit("bob");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Shell.run(directory, "chown nobody bob.cache");
    String nobody = AS_NOBODY;
    try (Mount mount = Mount.start("--allow-other")) {
      succeed("", mount, "login --keytab '" + RealCell.keytab("alice") + "'");
      succeed(nobody + bob, mount, "login");

      assertThat(mount.out("", "cat " + secret)).isEqualTo("alice secret\n");
      String plan = cell + "/user/bob/plan.txt";
      assertThat(mount.out("", nobody + "cat " + plan)).isEqualTo("bob plan\n");
      assertThat(mount.shell("", nobody + "cat " + secret).err()).contains(DENIED);
      assertThat(mount.shell("", "stat " + secret + " && " + nobody + "stat " + secret).err())
          .as("right after her, while the kernel might know it")
          .contains(DENIED);
      String daemon = nobody.replace("nobody", "daemon");
      assertThat(mount.shell("", daemon + "cat " + secret).err()).contains(DENIED);
      assertThat(mount.shell("", daemon + "cat " + plan).err()).contains(DENIED);
      assertThat(mount.shell("", "ls " + cell + "/user/bob/noalice").err()).contains(DENIED);
      assertThat(heddle(nobody, mount, "tokens").out())
          .contains("bob@TEST.EXAMPLE")
          .doesNotContain("alice");

      succeed(nobody, mount, "logout");

      assertThat(mount.shell("", nobody + "cat " + plan).err()).contains(DENIED);
      assertThat(mount.out("", "cat " + secret)).as("hers stays").isEqualTo("alice secret\n");
    }
  }

  /** Nothing of the file is in the kernel's cache when the other one reads. */
  @Test
  void aDescriptorKeepsTheIdentityOfWhoOpenedIt() throws Exception {
    String spec = "acl / -204:127,1001:9\npattern /secret 200000\n";
    RealCell.runWithInput(spec, "newvol", "it.secret");
    try (Mount mount = Mount.start("--allow-other", "--root-volume", "it.secret")) {
      succeed("", mount, "login --keytab '" + RealCell.keytab("alice") + "'");

      Shell.Result given = mount.shell("", "exec 3<secret; " + AS_NOBODY + "wc -c <&3");
      Shell.Result opened = mount.shell("", AS_NOBODY + "wc -c secret");

      assertThat(given.out().strip()).as(given.err()).isEqualTo("200000");
      assertThat(opened.err()).contains(DENIED);
    }
  }

  @Test
  void afterALogoutAnOpenFileIsReadAsAnybody() throws Exception {
    String spec = "acl / -204:127,1001:9\npattern /secret 200000\n";
    RealCell.runWithInput(spec, "newvol", "it.secret");
    try (Mount mount = Mount.start("--root-volume", "it.secret")) {
      succeed("", mount, "login --keytab '" + RealCell.keytab("alice") + "'");

      String logout = HeddleCommand.program() + " logout --mount '" + mount.point() + "' >&2";
      Shell.Result result = mount.shell("", "exec 3<secret; " + logout + " && cat <&3 >/dev/null");

      assertThat(result.exit()).as(result.out()).isNotZero();
      assertThat(result.err()).contains(DENIED);
    }
  }

  @Test
  void aTokenOfASessionIsForThatSessionOnly() {
    String ticket = kinit("alice");
    try (Mount mount = Mount.start("--identity", "session")) {
      String login =
          ticket + installation + "/bin/heddle login --mount '" + mount.point() + "' >&2";
      Shell.Result inside =
          Shell.run(
              mount.point(),
              "setsid --wait sh -c \"" + login.replace("\"", "\\\"") + " && cat " + secret + "\"");
      assertThat(inside.out()).as(inside.err()).isEqualTo("alice secret\n");

      assertThat(mount.shell("", "cat " + secret).err()).contains(DENIED);
      assertThat(mount.shell("", "setsid --wait cat " + secret).err()).contains(DENIED);
    }
  }

  @Test
  void anExpiredTokenIsSaidAndRenewedWithoutARemount() throws Exception {
    System.setProperty("java.security.krb5.conf", RealCell.kerberosConfig().toString());
    String login = "login --keytab '" + RealCell.keytab("alice") + "'";
    try (Mount mount = Mount.start();
        RxkadToken good =
            KerberosTokenSource.ofKeytab(RealCell.keytab("alice")).token(cell, List.of());
        RxkadToken expired =
            RxkadToken.of(
                good.client(),
                good.ticketType(),
                good.ticket(),
                good.sessionKey(),
                Instant.now().minusSeconds(1))) {
      RunningMount running = RunningMount.at(mount.point());
      var control = new ControlClient(running.controlSocket().orElseThrow(), running.owner());
      succeed("", mount, login);
      mount.out("", "cat " + secret);

      control.set(cell, expired);

      assertThat(mount.shell("", "cat " + secret).err()).contains("Key has expired");
      assertThat(heddle("", mount, "tokens").out()).contains("EXPIRED").contains("heddle login");

      succeed("", mount, login);
      assertThat(mount.out("", "cat " + secret)).isEqualTo("alice secret\n");
    }
  }

  /** The realm of the cell comes from krb5.conf, or by a referral of her own realm's KDC. */
  @OpenAfsOnly("asks KDCs only, and users of another realm are made with pts")
  @ParameterizedTest
  @ValueSource(strings = {"capaths", "referral"})
  void aUserOfAnotherRealmReadsWhatIsForThatRealm(String knowledge) throws Exception {
    RealCell.run("otherrealm");
    String spec = "acl / -204:127,-101:8,-302:9\nfile /plan.txt bella plan\\n\n";
    RealCell.runWithInput(spec, "newvol", "it.foreign");
    String config = "KRB5_CONFIG='" + RealCell.otherRealm(knowledge + ".conf") + "' ";
    try (Mount mount = Mount.start("--root-volume", "it.foreign")) {
      assertThat(mount.shell("", "cat plan.txt").err()).contains(DENIED);

      succeed(config, mount, "login --keytab '" + RealCell.keytab("bella") + "'");

      assertThat(mount.out("", "cat plan.txt")).isEqualTo("bella plan\n");
      assertThat(heddle("", mount, "tokens --json").out())
          .contains("\"client\":\"bella@OTHER.EXAMPLE\"");
    }
  }

  @Test
  void aVolumeForOneHostIsForThatHost() throws Exception {
    Shell.Result here = HeddleCommand.run("ls", "/afs/" + cell + "/hostonly");
    assertThat(here.exit()).isEqualTo(1);
    assertThat(here.err()).contains("permission denied");

    String there = HeddleCommand.line("ls -a", "/afs/" + cell + "/hostonly") + " && echo listed";
    assertThat(RealCell.run("on", "cli2", "sh", "-c", there)).endsWith("listed\n");
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() {
    try (Mount mount = Mount.start()) {
      String noTicket = "KRB5CCNAME=FILE:/nonexistent ";
      assertThat(heddle(noTicket, mount, "login").err()).contains("kinit");
      assertThat(heddle("KRB5CCNAME=KCM: ", mount, "login").err())
          .contains("KCM")
          .contains("kinit -c FILE:");
      assertThat(heddle(noTicket, mount, "login --keytab /nonexistent").err())
          .contains("there is no keytab /nonexistent");
      assertThat(heddle(AS_NOBODY, mount, "tokens").exit()).isEqualTo(1);
    }
  }
}
