package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code heddle fs} and {@code heddle status}, beside what OpenAFS's own tools say of the cell. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to look from the other host
final class FsIT {
  private static final String VOLUME = "it.fs";
  private static final String SPEC =
      """
      acl / -204:127,-101:9
      dir /dir
      dir /other
      dir /tools.one
      pattern /large 300000
      """;

  private static Mount mount;
  private static String cell;
  private static Path top; // the volume's root in the mount

  @BeforeAll
  static void mountAsAdministrator() throws Exception {
    cell = RealCell.name();
    RealCell.runWithInput(SPEC, "newvol", VOLUME);
    mount = Mount.start("--root-volume", VOLUME, "--sysname", "none,one", "--server-pref", pref());
    top = mount.point();
    Shell.Result login =
        heddle("login --keytab '" + RealCell.keytab("admin") + "' --mount '" + top + "'");
    assertThat(login.exit()).as(login.err()).isZero();
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  private static String pref() {
    return TestVolumes.address("fs2") + "=77";
  }

  private static Shell.Result heddle(String arguments) {
    return Shell.run(Path.of("/"), "'" + HeddleCommand.program() + "' " + arguments);
  }

  /** Runs a command of {@code fs} in the mount; it must succeed. */
  private static String fs(String arguments) {
    return mount.out("", "'" + HeddleCommand.program() + "' fs " + arguments);
  }

  private static Shell.Result failing(String arguments) {
    Shell.Result result = mount.shell("", "'" + HeddleCommand.program() + "' fs " + arguments);
    assertThat(result.exit()).as(result.out()).isEqualTo(1);
    return result;
  }

  /** Runs a command without a mount, as anybody. */
  private static String withoutMount(String arguments) {
    Shell.Result result = heddle("fs " + HeddleCommand.cell() + " --anonymous " + arguments);
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  private static String onServer(String script) throws Exception {
    return RealCell.run("on", "fs1", "sh", "-c", script);
  }

  private static String vosExamine(String volume) throws Exception {
    return onServer("vos examine " + volume + " -localauth");
  }

  @Test
  void accessListsAreWhatServersMakeOfThem() throws Exception {
    fs("setacl dir bob rl system:authuser write");
    assertThat(fs("listacl dir"))
        .startsWith("Access list for dir is\nNormal rights:\n")
        .contains("\n  bob rl\n", "\n  system:authuser rlidwk\n", "\n  system:anyuser rl\n")
        .doesNotContain("Negative");

    fs("sa dir bob w+ system:authuser none -clear");
    assertThat(fs("la dir")).isEqualTo("Access list for dir is\nNormal rights:\n  bob w\n");
    fs("sa -dir dir -acl bob rlw system:administrators all");
    fs("sa dir carol all -negative");
    assertThat(fs("la dir")).contains("Negative rights:\n  carol rlidwka\n", "  bob rlw\n");

    fs("copyacl dir other");
    assertThat(fs("la other"))
        .contains("  carol rlidwka\n", "  bob rlw\n", "  system:anyuser rl\n");
    assertThat(failing("sa dir nosuchuser rl").err())
        .startsWith("fs: Invalid argument, possible reasons include:\n")
        .contains("non-existent user");
  }

  @Test
  @OpenAfsOnly("users of an embedded cell are not removed")
  void anEntryOfAUserThatIsGoneIsCleanedAway() throws Exception {
    onServer("pts createuser -name gone -id 4711 -localauth || true");
    fs("sa other gone rl");
    onServer("pts delete gone -localauth");
    assertThat(fs("la other")).contains("  4711 rl\n");
    assertThat(fs("cleanacl other")).startsWith("Access list for other is now\n");
    assertThat(fs("cleanacl other")).isEqualTo("Access list for other is fine.\n");
    assertThat(fs("la other")).doesNotContain("4711");
  }

  @Test
  void volumesAreWhatVosSaysOfThem() throws Exception {
    fs("setquota . 20M");
    String examined = vosExamine(VOLUME);
    assertThat(examined).containsPattern("MaxQuota +20480 K");
    Matcher id = Pattern.compile(VOLUME + " +(\\d+) RW +(\\d+) K").matcher(examined);
    assertThat(id.find()).as(examined).isTrue();

    assertThat(fs("examine ."))
        .startsWith("File . (" + id.group(1) + ".1.1) contained in volume " + id.group(1) + "\n")
        .contains(
            "Volume status for vid = " + id.group(1) + " named " + VOLUME + "\n",
            "Current disk quota is 20480\n",
            "Current blocks used are " + id.group(2) + "\n");
    assertThat(fs("listquota").lines().skip(1))
        .singleElement()
        .asString()
        .matches(VOLUME + " +20480 +" + id.group(2) + " +\\d+% .*%.*");
    assertThat(fs("setquota . 0")).isEmpty();
    assertThat(fs("exa")).contains("Current disk quota is unlimited\n");
    fs("setvol . -offlinemsg 'back at noon'");
    assertThat(fs("exa")).contains("Current offline message is back at noon\n");
  }

  @Test
  void whoMayNotIsTold() {
    Shell.Result result =
        heddle("fs " + HeddleCommand.cell() + " --anonymous sq /afs/" + cell + "/scratch 5");
    assertThat(result.err())
        .startsWith("fs: You don't have the required access rights on '/afs/" + cell + "/scratch'");
  }

  @Test
  void placesAreWhatTheLocationDatabaseSays() throws Exception {
    List<String> sites =
        onServer("vos listvldb repl -localauth -noresolve")
            .lines()
            .filter(line -> line.contains(" RO Site"))
            .map(line -> line.replaceAll(".*server (\\S+) .*", "$1"))
            .toList();
    String whereIs = withoutMount("--json whereis /afs/" + cell + "/repl");
    sites.forEach(site -> assertThat(whereIs).contains("\"" + site + "\""));
    assertThat(withoutMount("whichcell /afs/" + cell + "/repl"))
        .isEqualTo("File /afs/" + cell + "/repl lives in cell '" + cell + "'\n");
    assertThat(withoutMount("getfid /afs/@cell/repl")).contains(".1.1) located in cell " + cell);
    assertThat(withoutMount("listcells -numeric"))
        .isEqualTo("Cell " + cell + " on hosts " + HeddleCommand.databaseServer() + ".\n");
  }

  @Test
  void mountPointsLeadToTheirVolumes() {
    fs("mkmount here " + VOLUME);
    fs("mkmount bob user.bob -rw -cell " + cell);
    try {
      assertThat(fs("lsmount here bob"))
          .isEqualTo(
              "'here' is a mount point for volume '#"
                  + VOLUME
                  + "'\n'bob' is a mount point for volume '%"
                  + cell
                  + ":user.bob'\n");
      assertThat(mount.out("", "ls bob")).contains("plan.txt");
      assertThat(fs("getfid bob")).doesNotContain(fs("getfid -literal bob"));
      Shell.run(top, "ln -s bob link");
      assertThat(fs("lsmount link"))
          .startsWith("'link' is a symbolic link, leading to a mount point for volume '%");
    } finally {
      fs("rmmount here bob");
      Shell.run(top, "rm -f link");
    }
    assertThat(failing("rmmount dir").err()).isEqualTo("fs: 'dir' is not a mount point.\n");
    assertThat(failing("lsmount here").err()).isEqualTo("fs: File 'here' doesn't exist\n");
    Shell.Result missing =
        mount.shell("", "'" + HeddleCommand.program() + "' fs mkm nothing it.nosuch");
    assertThat(missing.err()).startsWith("fs: warning, volume it.nosuch does not exist in cell ");
    fs("rmm nothing");
  }

  @Test
  void whatIsFlushedIsAskedForAgain() {
    mount.out("", "cat large >/dev/null");
    fs("flush large");
    int mark = mount.log().mark();
    assertThat(mount.out("", "wc -c <large").strip()).isEqualTo("300000");
    mount.out("", "cat large >/dev/null");
    assertThat(mount.callsSince(mark)).anyMatch(line -> line.contains("FetchData64"));
    fs("flushvolume .");
    fs("flushall");
  }

  @Test
  void namesThatEndWithAtSysStandForOthers() {
    assertThat(fs("sysname")).isEqualTo("Current sysname list is 'none' 'one'\n");
    assertThat(fs("getfid tools.@sys").replace("@sys", "one")).isEqualTo(fs("getfid tools.one"));
    assertThat(fs("sysname one")).isEqualTo("fs: new sysname set.\n");
    assertThat(fs("sysname")).isEqualTo("Current sysname is 'one'\n");
    assertThat(mount.out("", "ls -d tools.@sys")).isEqualTo("tools.@sys\n");
  }

  @Test
  void serversAreCheckedRankedAndShown() {
    assertThat(fs("checkservers")).isEqualTo("All servers are running.\n");
    String server = TestVolumes.address("fs1");
    fs("setserverprefs " + server + " 5");
    assertThat(fs("getserverprefs -numeric")).contains(String.format("%-50s %5d\n", server, 5));
    assertThat(fs("wscell")).isEqualTo("This workstation belongs to cell '" + cell + "'\n");

    String status = heddle("status '" + top + "'").out();
    assertThat(status)
        .contains(top + ", cell " + cell + ", mounted by uid 0\n", "admin@", "cache: statuses ")
        .containsPattern("file +" + server + " +up +[\\d.]+ ms  rank 5 ")
        .containsPattern("location +" + HeddleCommand.databaseServer() + " +up ");
  }
}
