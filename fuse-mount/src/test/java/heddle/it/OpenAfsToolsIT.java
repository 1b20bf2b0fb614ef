package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.NeedsRxdebug;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenAFS's own tools and its client in user space on a cell of {@code heddle serve}, in a network
 * name space of their own: they do not like loopback addresses.
 */
@NeedsFuse
@NeedsRoot
@NeedsRxdebug
final class OpenAfsToolsIT {
  private static final String SCRIPT =
      """
      exec 2>&1
      ip link set lo up
      ip link add br0 type bridge
      ip addr add 192.0.2.1/24 dev br0
      ip link set br0 up
      mkdir etc cache mnt
      echo served.test >etc/ThisCell
      echo "/afs:$PWD/cache:100000" >etc/cacheinfo
      printf '>served.test #cell\\n192.0.2.1 #db\\n' >etc/CellServDB
      mount --bind etc /etc/openafs

      mkfifo said
      HEDDLE serve --cell served.test --address 192.0.2.1 --any-user all --user alice cell >said &
      serve=$!
      trap 'kill $serve $afsd' EXIT
      exec 3<said
      read -r line <&3
      read -r line <&3
      cp cell/KeyFileExt etc/

      say() { echo "== $1"; }
      say listvldb; vos listvldb -config etc -noauth
      say examine; vos examine user.alice -config etc -noauth
      say listvol; vos listvol 192.0.2.1 -config etc -localauth
      say partinfo; vos partinfo 192.0.2.1 -config etc -noauth
      say status; vos status 192.0.2.1 -config etc -noauth
      say create; vos create 192.0.2.1 a new -config etc -localauth
      say pts; pts examine alice -config etc -noauth
      say rxdebug; rxdebug 192.0.2.1 7000 -version

      afsd.fuse -dynroot -fakestat -blocks 100000 -files 1000 -cachedir "$PWD/cache" \\
        -mountdir "$PWD/mnt" -f >afsd.log 2>&1 </dev/null &
      afsd=$!
      until [ -d mnt/served.test ]; do kill -0 $afsd || exit 1; sleep 0.1; done
      say afsd
      cd mnt/served.test
      mkdir tree
      cp -r /usr/share/perl5/Debian/. tree/ 2>/dev/null || cp -r /etc/default/. tree/
      ls tree | wc -l
      printf 'by afsd\\n' >file
      cat file
      mv file renamed
      cat renamed
      ls -l renamed | cut -c 1-10
      cd ../..

      say afsio
      export AFSIO_ENVIRONMENT
      printf 'by afsio\\n' | afsio write -file /afs/served.test/renamed -force
      printf 'and more\\n' | afsio append -file /afs/served.test/renamed
      afsio read -file /afs/served.test/renamed
      say coherence
      cat mnt/served.test/renamed
      say heddle
      HEDDLE cat --cell served.test --vlserver 192.0.2.1 /afs/served.test/renamed
      rm -r mnt/served.test/tree
      ls mnt/served.test

      umount mnt
      wait $afsd
      kill $serve
      wait $serve
      trap - EXIT
      """;

  @TempDir private static Path directory;

  private static final Map<String, String> SAID = new LinkedHashMap<>();

  @BeforeAll
  static void run() {
    String script =
        SCRIPT
            .replace("HEDDLE", "'" + HeddleCommand.program() + "'")
            .replace("AFSIO_ENVIRONMENT", Peer.AFSIO_ENVIRONMENT);
    Shell.Result result =
        Shell.run(
            directory,
            "PATH=$PATH:/usr/sbin:/sbin unshare -n -m --propagation private sh -c '"
                + script.replace("'", "'\\''")
                + "'");
    assertThat(result.exit()).as(result.out()).isZero();
    Arrays.stream(result.out().split("(?m)^== "))
        .forEach(
            part -> {
              int line = part.indexOf('\n');
              if (line > 0) {
                SAID.put(part.substring(0, line), part.substring(line + 1));
              }
            });
  }

  @Test
  void vosTellsOfVolumes() {
    assertThat(SAID.get("listvldb")).contains("root.cell", "user.alice", "Total entries: 3");
    assertThat(SAID.get("examine"))
        .contains("user.alice", "On-line", "192.0.2.1 /vicepa", "number of sites -> 1");
    assertThat(SAID.get("listvol"))
        .contains("Total volumes onLine 3 ; Total volumes offLine 0 ; Total busy 0");
    assertThat(SAID.get("partinfo")).startsWith("Free space on partition /vicepa: ");
    assertThat(SAID.get("status")).startsWith("No active transactions");
  }

  @Test
  void vosChangesNothing() {
    assertThat(SAID.get("create")).contains("RPC interface mismatch (-455)");
  }

  @Test
  void ptsAndRxdebugKnowTheServers() {
    assertThat(SAID.get("pts")).contains("Name: alice, id: ");
    assertThat(SAID.get("rxdebug")).contains("AFS version: heddle");
  }

  @Test
  void theirClientReadsAndWrites() {
    assertThat(SAID.get("afsd").lines())
        .satisfiesExactly(
            count -> assertThat(Integer.parseInt(count.strip())).isPositive(),
            line -> assertThat(line).isEqualTo("by afsd"),
            line -> assertThat(line).isEqualTo("by afsd"),
            line -> assertThat(line).isEqualTo("-rw-r--r--"));
  }

  @Test
  void afsioReadsAndWritesAndEverybodySeesIt() {
    assertThat(SAID.get("afsio")).isEqualTo("by afsio\nand more\n");
    assertThat(SAID.get("coherence")).isEqualTo("by afsio\nand more\n");
    assertThat(SAID.get("heddle")).startsWith("by afsio\nand more\nrenamed\nuser\n");
  }
}
