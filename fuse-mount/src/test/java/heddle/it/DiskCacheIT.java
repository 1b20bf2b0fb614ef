package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a mount has read, the next one reads from disk though the first was killed; and what another
 * client has changed meanwhile from the server.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to write on the other host
@ExtendWith(Peer.class)
final class DiskCacheIT {
  private static final int BYTES = 3_500_000; // four chunks
  private static final Pattern ON_DISK = Pattern.compile("\"diskBytes\":([0-9]+)");

  @TempDir private Path cache;
  private final String name = "disk-" + ProcessHandle.current().pid();
  private final String file = RealCell.name() + "/scratch/" + name;
  private String fid;
  private String sum;
  private Mount mount;

  @BeforeEach
  void write() {
    mount = Mount.start("--cache-size", "0");
    sum = mount.out("", "head -c " + BYTES + " /dev/urandom >" + file + "; cksum <" + file);
    fid = HeddleCommand.fids("/afs/" + file)[0];
    mount.close();
    mount = start();
  }

  @AfterEach
  void close() {
    mount.close();
    Mount last = Mount.start("--cache-size", "0");
    last.out("", "rm -f " + file);
    last.close();
  }

  private Mount start() {
    return Mount.start("--cache-dir", cache.toString());
  }

  private void restart() throws InterruptedException {
    mount.kill();
    mount = start();
  }

  private void readIt() {
    assertThat(mount.out("", "cksum <" + file)).isEqualTo(sum);
  }

  private long fetches() {
    return mount.callsSince(0).stream()
        .filter(line -> line.contains(" FetchData64 ") && line.contains(fid))
        .count();
  }

  private long bytesOnDisk() {
    Shell.Result status =
        Shell.run(
            Path.of("/"),
            "'" + HeddleCommand.program() + "' status --json '" + mount.point() + "'");
    Matcher bytes = ON_DISK.matcher(status.out());
    assertThat(bytes.find()).as(status.out() + status.err()).isTrue();
    return Long.parseLong(bytes.group(1));
  }

  private void awaitDisk() {
    Eventually.until(() -> bytesOnDisk() >= BYTES, this::bytesOnDisk);
  }

  @Test
  void aKilledMountsDataAreReadFromDisk() throws Exception {
    readIt();
    assertThat(fetches()).isEqualTo(4);
    awaitDisk();

    restart();

    readIt();
    assertThat(fetches()).isZero();
  }

  @Test
  void whatAnotherClientHasChangedMeanwhileIsFetched() throws Exception {
    readIt();
    awaitDisk();
    mount.kill();
    Peer.write(fid, "changed by another");
    mount = start();

    assertThat(mount.out("", "head -c 18 " + file)).isEqualTo("changed by another");
    assertThat(mount.out("", "cksum <" + file)).isNotEqualTo(sum);
    assertThat(fetches()).isPositive();
  }

  @Test
  void filesThatWereTornAreFetched() throws Exception {
    readIt();
    awaitDisk();
    mount.kill();
    Shell.run(
        cache,
        "for f in $(find chunks/v1 -type f); do printf X | dd of=$f bs=1 seek=5000 conv=notrunc;"
            + " done");
    mount = start();

    readIt();

    assertThat(fetches()).isPositive();
  }

  @Test
  void aSecondMountDoesWithout() {
    readIt();
    Mount second = start();
    try {
      second.awaitLog("in memory only: .* in use by another mount");
      assertThat(second.out("", "cksum <" + file)).isEqualTo(sum);
    } finally {
      second.close();
    }
  }
}
