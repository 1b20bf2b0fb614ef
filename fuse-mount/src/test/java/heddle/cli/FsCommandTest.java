package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.ServerFacts;
import heddle.afs.VolumeUpdate;
import heddle.afs.auth.Caller;
import heddle.fuse.MemoryFs;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of {@code heddle fs}, on a mount and without one. */
class FsCommandTest {
  private static final String LIST = "2\n1\nalice 127\nsystem:anyuser 9\nbob 2\n";

  private final CommandRun command = new CommandRun();
  private final MemoryFs files = command.tree.fs();

  @BeforeEach
  void makeFiles() throws Exception {
    command.surroundings.addMount("/mnt/afs", FakeSurroundings.UID);
    for (String directory : List.of("/dir", "/other", "/memory.example/dir")) {
      command.tree.directory(directory);
      setAccess(directory, LIST);
    }
  }

  private void setAccess(String directory, String list) throws Exception {
    command.tree.setAccessList(
        Caller.anonymous(), AfsPath.of(directory), list.getBytes(StandardCharsets.UTF_8));
  }

  private String access(String directory) throws Exception {
    return new String(
        command.tree.accessList(Caller.anonymous(), AfsPath.of(directory)), StandardCharsets.UTF_8);
  }

  private int fs(String... arguments) {
    return command.run("fs", arguments);
  }

  private String out(String... arguments) {
    assertThat(fs(arguments)).as(command.err()).isZero();
    assertThat(command.err()).isEmpty();
    return command.out();
  }

  @Test
  void accessListsAreShownAsOpenAfsDoes() {
    assertThat(out("listacl", "/mnt/afs/dir", "/mnt/afs/other"))
        .isEqualTo(
            """
            Access list for /mnt/afs/dir is
            Normal rights:
              alice rlidwka
              system:anyuser rl
            Negative rights:
              bob w

            Access list for /mnt/afs/other is
            Normal rights:
              alice rlidwka
              system:anyuser rl
            Negative rights:
              bob w
            """);
    assertThat(out("la", "-cmd", "/mnt/afs/dir"))
        .isEqualTo(
            "fs setacl -dir /mnt/afs/dir -acl   alice rlidwka  system:anyuser rl\n"
                + "fs setacl -dir /mnt/afs/dir -acl   bob w -negative\n");
  }

  @Test
  void withoutAMountPathsBeginWithAfs() {
    assertThat(out("la", "/afs/memory.example/dir"))
        .startsWith("Access list for /afs/memory.example/dir is\n");
    assertThat(command.surroundings.asked)
        .containsExactly("cache memory.example [db.memory.example]");
    assertThat(fs("la", "/etc")).isEqualTo(1);
    assertThat(command.err()).startsWith("fs:'/etc': it is not in a mount of heddle");
  }

  @Test
  void accessListsAreChanged() throws Exception {
    out("setacl", "/mnt/afs/dir", "system:anyuser", "none", "carol", "rl", "alice", "w-");
    assertThat(access("/dir")).isEqualTo("2\n1\ncarol 9\nalice 125\nbob 2\n");
    out("sa", "-dir", "/mnt/afs/dir", "/mnt/afs/other", "-acl", "bob", "all", "-clear", "-neg");
    assertThat(access("/dir")).isEqualTo("0\n1\nbob 127\n");
    assertThat(access("/other")).isEqualTo("0\n1\nbob 127\n");
  }

  @Test
  void accessListsAreCopiedIntoOthers() throws Exception {
    setAccess("/dir", "2\n0\ncarol 9\nalice 1\n");
    out("copyacl", "/mnt/afs/dir", "/mnt/afs/other");
    assertThat(access("/other")).isEqualTo("3\n1\ncarol 9\nalice 1\nsystem:anyuser 9\nbob 2\n");
    out("ca", "/mnt/afs/dir", "/mnt/afs/other", "-clear");
    assertThat(access("/other")).contains("alice 1\n", "carol 9\n").startsWith("2\n0\n");
  }

  @Test
  void numbersAreCleanedAway() throws Exception {
    setAccess("/dir", "2\n1\n-204 127\nalice 9\n17 2\n");
    assertThat(out("cleanacl", "/mnt/afs/dir"))
        .isEqualTo("Access list for /mnt/afs/dir is now\nNormal rights:\n  alice rl\n");
    assertThat(access("/dir")).isEqualTo("1\n0\nalice 9\n");
    assertThat(out("cleanacl", "/mnt/afs/dir"))
        .isEqualTo("Access list for /mnt/afs/dir is fine.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "alice,fs: Missing second half of user/access pair.",
    "alice xyz,fs: illegal rights 'xyz'; use letters of rlidwka"
  })
  void rightsThatMakeNoSenseChangeNothing(String entries, String message) throws Exception {
    String[] words = ("setacl /mnt/afs/dir " + entries).split(" ");
    assertThat(fs(words)).isEqualTo(1);
    assertThat(command.err()).startsWith(message);
    assertThat(access("/dir")).isEqualTo(LIST);
  }

  @Test
  void volumesAreShownAsOpenAfsDoes() {
    String fid = out("getfid", "/mnt/afs/dir").replaceAll(".*\\((.*)\\).*\n", "$1");
    assertThat(out("examine", "/mnt/afs/dir"))
        .isEqualTo(
            "File /mnt/afs/dir ("
                + fid
                + ") contained in volume 536870912\n"
                + """
                  Volume status for vid = 536870912 named memory
                  Current disk quota is 5000
                  Current blocks used are 1200
                  The partition has 90000 blocks available out of 100000

                  """);
    assertThat(out("listquota", "/mnt/afs/dir"))
        .isEqualTo(
            "Volume Name                    Quota       Used %Used   Partition\n"
                + "memory                          5000       1200   24%         10%  \n");
    assertThat(out("lq", "-h", "/mnt/afs/dir"))
        .endsWith("memory                          4.9M       1.2M   24%         10%  \n");
    assertThat(out("quota", "/mnt/afs/dir")).isEqualTo("24% of quota used.\n");
    assertThat(out("df", "/mnt/afs/dir"))
        .isEqualTo(
            "Volume Name                  kbytes      used     avail %used\n"
                + "memory                       100000     10000     90000   10%  \n");
  }

  @ParameterizedTest
  @CsvSource({"5000,5000", "0,0", "10M,10240", "2G,2097152", "1T,1073741824", "7K,7"})
  void quotasAreSet(String text, int kibibytes) {
    out("setquota", "/mnt/afs/dir", text);
    assertThat(files.updates)
        .containsExactly(new VolumeUpdate(OptionalInt.of(kibibytes), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"x", "1.5G", "2T", "99999999999", "10m", "M"})
  void otherQuotasAreRefused(String text) {
    assertThat(fs("sq", "-max", text, "-path", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err()).startsWith("fs: bad integer specified for quota");
    assertThat(files.updates).isEmpty();
  }

  @Test
  void placesOfFilesAreShownAsOpenAfsDoes() throws Exception {
    files.servers = List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2"));
    assertThat(out("whereis", "/mnt/afs/dir"))
        .isEqualTo("File /mnt/afs/dir is on hosts host-192.0.2.1 host-192.0.2.2 \n");
    files.servers = List.of(InetAddress.getByName("192.0.2.2"));
    assertThat(out("whereis", "/mnt/afs/dir"))
        .isEqualTo("File /mnt/afs/dir is on host host-192.0.2.2 \n");
    assertThat(out("whichcell", "/mnt/afs/dir"))
        .isEqualTo("File /mnt/afs/dir lives in cell 'memory.example'\n");
    assertThat(out("--json", "whereis", "/mnt/afs/dir"))
        .contains("\"servers\":[\"192.0.2.2\"]", "\"cell\":\"memory.example\"");
  }

  @Test
  void aFailureIsToldOfAndTheNextPathIsTaken() {
    assertThat(fs("whichcell", "/mnt/afs/nope", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err()).isEqualTo("fs: File '/mnt/afs/nope' doesn't exist\n");
    assertThat(command.out()).isEqualTo("File /mnt/afs/dir lives in cell 'memory.example'\n");
  }

  @Test
  void scriptsGetFailuresAsJsonToo() {
    assertThat(fs("--json", "whichcell", "/mnt/afs/nope")).isEqualTo(1);
    assertThat(command.err())
        .isEqualTo(
            "{\"command\":\"heddle fs\",\"error\":\"fs: File '/mnt/afs/nope' doesn't exist\"}\n");
    assertThat(command.out()).isEqualTo("[]\n");
  }

  @Test
  void whoMayNotIsToldHowToLogIn() {
    command.tree.before(
        "accessList",
        "/dir",
        () -> {
          throw new AfsException.PermissionDenied("no");
        });
    assertThat(fs("la", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err())
        .isEqualTo(
            "fs: You don't have the required access rights on '/mnt/afs/dir' (you have no token"
                + " there; get one: heddle login --mount /mnt/afs)\n");
  }

  @Test
  void whatServersAndNamesBringReachesNoTerminal() {
    command.tree.before(
        "accessList",
        "/dir",
        () -> {
          throw new AfsException.NoSuchCell("cell \033c is not known");
        });
    assertThat(fs("la", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err())
        .isEqualTo("fs: File '/mnt/afs/dir' doesn't exist (cell \\x1bc is not known)\n");
    fs("--json", "la", "/mnt/afs/dir");
    assertThat(command.err()).contains("(cell \\u001bc is not known)\"");
  }

  @Test
  void helpListsAllCommandsAndExplainsEach() {
    assertThat(command.runExactly("fs", "help")).isZero();
    FsTable.all().forEach(each -> assertThat(command.out()).contains("  " + each.name()));
    for (String[] words :
        List.of(
            new String[] {"fs", "help", "la"},
            new String[] {"fs", "la", "-help"},
            new String[] {"fs", "la", "--help"})) {
      assertThat(command.runExactly(words)).isZero();
      assertThat(command.out()).startsWith("heddle fs listacl: ").contains("Example: heddle fs");
    }
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    assertThat(command.runExactly("fs")).isEqualTo(2);
    assertThat(command.err()).contains("a command is missing");
    assertThat(command.runExactly("fs", "nosuch")).isEqualTo(2);
    assertThat(command.err()).contains("unrecognized operation 'nosuch'");
  }

  @Test
  void mountPointsAreMadeShownAndRemoved() {
    out("mkmount", "/mnt/afs/dir/m", "memory");
    out("mkm", "/mnt/afs/dir/rw", "-vol", "other.example:memory", "-rw");
    assertThat(out("lsmount", "/mnt/afs/dir/m", "/mnt/afs/dir/rw"))
        .isEqualTo(
            """
            '/mnt/afs/dir/m' is a mount point for volume '#memory'
            '/mnt/afs/dir/rw' is a mount point for volume '%other.example:memory'
            """);
    assertThat(files.mountPoints).containsEntry("/dir/m", "#memory.");
    out("rmmount", "/mnt/afs/dir/m", "/mnt/afs/dir/rw");
    assertThat(files.mountPoints).isEmpty();
  }

  @Test
  void whatIsNoMountPointIsSaidToBeNone() {
    assertThat(fs("lsmount", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err()).isEqualTo("'/mnt/afs/dir' is not a mount point.\n");
    assertThat(fs("rmmount", "/mnt/afs/dir")).isEqualTo(1);
    assertThat(command.err()).isEqualTo("fs: '/mnt/afs/dir' is not a mount point.\n");
  }

  @Test
  void aMountPointOfNoVolumeIsWarnedOfAndMade() {
    assertThat(fs("mkmount", "/mnt/afs/dir/m", "nosuch")).isZero();
    assertThat(command.err())
        .isEqualTo("fs: warning, volume nosuch does not exist in cell memory.example.\n");
    assertThat(files.mountPoints).containsEntry("/dir/m", "#nosuch.");
    assertThat(fs("mkmount", "-dir", "/mnt/afs/dir/n", "-vol", "a:b", "-cell", "c")).isEqualTo(1);
    assertThat(command.err()).isEqualTo("fs: cellnames do not match.\n");
  }

  @Test
  void whatIsCachedIsForgotten() {
    out("flush", "/mnt/afs/dir", "/mnt/afs/other");
    out("flushvolume", "/mnt/afs/dir");
    out("flushall");
    assertThat(files.flushed).containsExactly("/dir", "/other", "volume of /dir", "all");
  }

  private static ServerFacts server(ServerFacts.Kind kind, ServerFacts.State state, int last)
      throws Exception {
    InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    return new ServerFacts(
        kind,
        "memory.example",
        state,
        List.of(new ServerFacts.Address(address, 20_000 + last, Optional.of(5_000L))));
  }

  @Test
  void serversAreCheckedAsOpenAfsDoes() throws Exception {
    var settings = command.tree.settings();
    settings.servers = List.of(server(ServerFacts.Kind.FILES, ServerFacts.State.UP, 1));
    assertThat(out("checkservers")).isEqualTo("All servers are running.\n");
    out("checks", "-all");
    out("checkservers", "-fast");
    assertThat(settings.checked).containsExactly(Optional.of("memory.example"), Optional.empty());

    settings.servers =
        List.of(
            server(ServerFacts.Kind.FILES, ServerFacts.State.UP, 1),
            server(ServerFacts.Kind.LOCATIONS, ServerFacts.State.DOWN, 2),
            server(ServerFacts.Kind.FILES, ServerFacts.State.DOWN, 3));
    assertThat(fs("checkservers", "-cell", "memory.example")).isEqualTo(1);
    assertThat(command.out())
        .isEqualTo(
            "These servers unavailable due to network or server problems:  host-192.0.2.2"
                + " host-192.0.2.3.\n");
  }

  @Test
  void ranksAreShownAndSet() throws Exception {
    var settings = command.tree.settings();
    settings.servers =
        List.of(
            server(ServerFacts.Kind.FILES, ServerFacts.State.UP, 1),
            server(ServerFacts.Kind.LOCATIONS, ServerFacts.State.UP, 2));
    assertThat(out("getserverprefs"))
        .isEqualTo(String.format("%-50s %5d\n", "host-192.0.2.1", 20_001));
    assertThat(out("gp", "-numeric", "-vlservers"))
        .isEqualTo(String.format("%-50s %5d\n", "192.0.2.2", 20_002));
    out("setserverprefs", "192.0.2.1", "5", "192.0.2.7", "65535", "-vlservers", "192.0.2.2", "0");
    assertThat(settings.ranks)
        .containsExactly("FILES 192.0.2.1 5", "FILES 192.0.2.7 65535", "LOCATIONS 192.0.2.2 0");
    assertThat(fs("sp", "192.0.2.1", "65536")).isEqualTo(1);
    assertThat(command.err()).isEqualTo("fs: a rank is 0 to 65535, not 65536\n");
    assertThat(fs("sp", "192.0.2.1")).isEqualTo(1);
  }

  @Test
  void cellsAndNamesAreShownAsOpenAfsDoes() {
    assertThat(out("listcells", "-numeric")).isEqualTo("Cell memory.example on hosts 127.0.0.1.\n");
    assertThat(out("listaliases")).isEqualTo("Alias mem for cell memory.example\n");
    assertThat(out("wscell")).isEqualTo("This workstation belongs to cell 'memory.example'\n");
    assertThat(out("sysname")).isEqualTo("Current sysname is 'amd64_linux26'\n");
    assertThat(out("sysname", "a", "b")).isEqualTo("fs: new sysname list set.\n");
    assertThat(out("sysname")).isEqualTo("Current sysname list is 'a' 'b'\n");
  }

  @Test
  void withSeveralMountsOneMustBeNamed() {
    command.surroundings.addMount("/mnt/second", FakeSurroundings.UID);
    assertThat(fs("wscell")).isEqualTo(1);
    assertThat(command.err()).contains("which mount?", "/mnt/afs, /mnt/second");
    assertThat(out("--mount", "/mnt/second", "wscell")).contains("memory.example");
  }
}
