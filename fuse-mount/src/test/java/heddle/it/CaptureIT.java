package heddle.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What Heddle sends and gets, as tshark reads it. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to capture
@ExtendWith(Peer.class)
final class CaptureIT {
  /** File servers' volume status is more than tshark 4.0 can read, whoever asked for it. */
  private static final String FAULT_OF_TSHARK = "7000\tFS Reply: get-volume-status (149)";

  private static final String END = "end of the capture";
  private static final int DISCARD = 9; // port

  private static final String BEGIN_OF_CALL =
      "(udp.dstport == 7000 || udp.dstport == 7003) && rx.flags.client_init == 1"
          + " && rx.type == 1 && rx.seq == 1";

  /**
   * What the kernel cuts into datagrams is captured as one, though it has the begin of two calls.
   */
  private static final String UNCUT = "HEDDLE_JAVA_OPTS=-Dheddle.rxrpc.port=portable";

  private static final String STORED = "scratch/capture-" + ProcessHandle.current().pid();

  @TempDir private static Path directory;
  private static final List<String> CALLS_LOGGED = new ArrayList<>();

  @BeforeAll
  static void capture() throws Exception {
    Peer.run(".", "mkdir %s; cd %1$s; for i in $(seq 300); do : >>$i; done".formatted(STORED));
    String path = "/afs/" + RealCell.name() + "/" + STORED + "/1";
    String fid = HeddleCommand.fids(path)[0];
    Peer.write(fid, "before\n");
    LogFile messages = new LogFile(directory.resolve("messages"));
    Process dumpcap =
        new ProcessBuilder("dumpcap -q -i eth0 -B 64 -f udp -w capture".split(" "))
            .directory(directory.toFile())
            .redirectError(messages.path().toFile())
            .start();
    try {
      messages.await(dumpcap, "^File: ");
      useMount(fid);
      useCommands(path);
      send(END);
      new LogFile(directory.resolve("capture")).await(dumpcap, "^" + END + "$");
    } finally {
      dumpcap.destroy();
      assertThat(dumpcap.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Sends a datagram that nobody takes; what was sent before it is captured before it. */
  private static void send(String text) throws IOException {
    byte[] line = ("\n" + text + "\n").getBytes(US_ASCII);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(line, line.length, RealCell.databaseServer(), DISCARD));
    }
  }

  private static void useMount(String fid) throws Exception {
    Mount mount = Mount.startWith(List.of(UNCUT));
    try {
      String cell = RealCell.name();
      mount.out(cell, "ls -l && find public repl && cat README public/*.txt repl/data && df .");
      mount.out(cell + "/" + STORED, "ls -l && cat 1 2 3");
      Peer.write(fid, "after the change\n".repeat(100_000));
      mount.out(cell + "/" + STORED, "cat 1");
      mount.shell(cell, "cat public/none hostonly/none; ls user/alice; readlink public/*.lnk");
    } finally {
      mount.close();
    }
    CALLS_LOGGED.addAll(mount.callsSince(0));
  }

  private static void useCommands(String path) {
    String cell = "/afs/" + RealCell.name();
    for (String command :
        List.of("ls -l -v " + cell, "cat -v " + path, "stat -v " + cell + "/public " + path)) {
      String[] words = command.split(" ", 2);
      String line = UNCUT + " " + HeddleCommand.line(words[0], words[1]);
      Shell.Result result = Shell.run(directory, line);
      assertThat(result.exit()).isZero();
      result.err().lines().filter(Mount::isCall).forEach(CALLS_LOGGED::add);
    }
  }

  @AfterAll
  static void forget() {
    CALLS_LOGGED.clear();
  }

  /** Without {@code afs.defragment} tshark takes the first packet of a long reply for all of it. */
  private static List<String> tshark(String filter, String fields) {
    String script =
        "tshark -r capture -o afs.defragment:TRUE -Y '%s' -T fields -e %s"
            .formatted(filter, fields.replace(" ", " -e "));
    Shell.Result result = Shell.run(directory, script);
    assertThat(result.exit()).as(result.err()).isZero();
    return result.out().lines().toList();
  }

  @Test
  void nothingIsMalformedOrWrong() {
    assertThat(tshark("_ws.malformed || _ws.expert.severity == error", "udp.srcport _ws.col.Info"))
        .isNotEmpty() // else it is time to drop the exception
        .allMatch(line -> line.startsWith(FAULT_OF_TSHARK));
  }

  @Test
  void everythingWasDecoded() {
    assertThat(Set.copyOf(tshark("afs.fs.opcode", "afs.fs.opcode")))
        .contains("132", "149", "65536", "65537", "65539", "65540");
    assertThat(Set.copyOf(tshark("afs.cb.opcode", "afs.cb.opcode"))).contains("204");
    assertThat(Set.copyOf(tshark("afs.vldb.opcode", "afs.vldb.opcode"))).contains("527", "533");
    assertThat(tshark("!rx && udp.dstport != " + DISCARD, "frame.number"))
        .as("datagrams that are no Rx")
        .isEmpty();
  }

  @Test
  void everyCallIsOneLineOfTheLog() {
    // a set, since what is lost is sent again
    Set<String> calls = new HashSet<>(tshark(BEGIN_OF_CALL, "rx.epoch rx.cid rx.callnumber"));
    assertThat(CALLS_LOGGED).as("captured: " + calls).hasSize(calls.size()).hasSizeGreaterThan(20);
  }
}
