package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Names of cells that DNS does not know. */
@NeedsCell
@NeedsFuse
@NeedsRoot // for the port of name servers
final class UnknownCellsIT {
  private static final int PORT = 53;

  /** A name server for which no name exists: it sends the question back with that code. */
  private static final class NoNames implements AutoCloseable {
    private static final int FLAGS = 2; // of the header, two bytes
    private static final int ANSWER = 0x80;
    private static final int NXDOMAIN = 3;

    final AtomicInteger questions = new AtomicInteger();
    private final DatagramSocket socket;

    NoNames() throws IOException {
      socket = new DatagramSocket(PORT, InetAddress.getLoopbackAddress());
      Thread.ofPlatform().daemon().name("name-server").start(this::serve);
    }

    private void serve() {
      var packet = new DatagramPacket(new byte[512], 512);
      while (true) {
        try {
          packet.setLength(512);
          socket.receive(packet);
          packet.getData()[FLAGS] |= (byte) ANSWER;
          packet.getData()[FLAGS + 1] = NXDOMAIN;
          questions.incrementAndGet();
          socket.send(packet);
        } catch (SocketException e) {
          return; // closed
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void aNameThatDnsDoesNotKnowIsNoEntry() throws Exception {
    try (var names = new NoNames();
        Mount mount =
            Mount.startWith(List.of("HEDDLE_JAVA_OPTS=-Ddns.server=127.0.0.1"), "--dns", "auto")) {
      for (String path : List.of("nosuch.example", ".nosuch.example", "nosuch.example/a/b")) {
        Shell.Result result = mount.shell("", "stat " + path);
        assertThat(result.err()).endsWith("No such file or directory\n");
      }
      assertThat(names.questions.get()).as("DNS was asked").isPositive();
      assertThat(mount.log().lines()).noneMatch(line -> line.contains(" WARN "));
      assertThat(mount.out("", "ls " + RealCell.name())).isNotEmpty();
    }
  }
}
