package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.RealCell;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whoever calls the client of a mount gets an answer, and cannot harm it. */
@NeedsCell
@NeedsFuse
final class CallbackServiceIT {
  private static final int PORT = 7001;
  private static final int SERVICE = 1;
  private static final int RXGEN_OPCODE = -455;
  private static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(30));

  @Test
  void everyOpcodeIsAnswered() throws Exception {
    try (Mount mount = Mount.start();
        Endpoint stranger = Endpoint.open();
        Connection connection =
            stranger.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT),
                SERVICE,
                Security.none())) {
      String read = "cat README public/hello.txt";
      String content = mount.out(RealCell.name(), read);
      List<Integer> unknown = new ArrayList<>();
      for (int opcode :
          IntStream.concat(IntStream.rangeClosed(200, 220), IntStream.rangeClosed(65536, 65540))
              .toArray()) {
        if (isUnknown(connection, opcode)) {
          unknown.add(opcode);
        }
        assertThat(mount.out(RealCell.name(), read)).as("after %s", opcode).isEqualTo(content);
      }
      assertThat(unknown)
          .doesNotContain(204, 205, 206, 211, 212, 213, 214, 65538)
          .contains(200, 203, 215, 220, 65536, 65537, 65539, 65540);
    }
  }

  /** Calls without arguments, which some operations should have. */
  private static boolean isUnknown(Connection connection, int opcode) throws IOException {
    try (Call call = connection.newCall(OPTIONS)) {
      call.send(new XdrWriter().int32(opcode).toByteBuffer());
      call.input().readAllBytes();
      return false;
    } catch (RemoteAbortException e) {
      return e.code() == RXGEN_OPCODE;
    }
  }
}
