package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is received in bulk lies where the kernel has put it until it is read. */
@Timeout(60)
class LentMemoryTest {
  private static final int PATTERN = 147;
  private static final int CALLS = 16; // their windows are more than what may be lent
  private static final int BYTES = 2_000_000;

  private Endpoint server;
  private Endpoint client;
  private Connection connection;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    client = Endpoint.open(LOOPBACK);
    server.serve(
        PATTERN,
        call -> {
          int begin = call.input().read();
          byte[] reply = new byte[BYTES];
          for (int i = 0; i < BYTES; i++) {
            reply[i] = at(begin, i);
          }
          call.output().write(reply);
        });
    connection = client.connect(server.localAddress(), PATTERN, Security.none());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static byte at(int begin, int index) {
    return (byte) (begin + index * 31 + index / 1412);
  }

  private Call begin(int begin) throws IOException {
    Call call = connection.newCall();
    call.write(ByteBuffer.wrap(new byte[] {(byte) begin}));
    call.endRequest();
    return call;
  }

  @Test
  void manyCallsThatAreReadInTurnGetTheirOwnBytes() throws IOException {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(begin(i));
    }
    List<ByteBuffer> replies = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      replies.add(ByteBuffer.allocate(BYTES));
    }
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < CALLS; i++) {
        ByteBuffer reply = replies.get(i);
        if (reply.hasRemaining()) {
          more = true;
          ByteBuffer part = reply.slice().limit(Math.min(10_007, reply.remaining()));
          reply.position(reply.position() + calls.get(i).read(part));
        }
      }
    }
    for (int i = 0; i < CALLS; i++) {
      for (int k = 0; k < BYTES; k++) {
        if (replies.get(i).get(k) != at(i, k)) {
          throw new AssertionError("call " + i + ", byte " + k);
        }
      }
      calls.get(i).close();
    }
  }

  @Test
  void callsThatAreLeftUnreadDoNotTakeTheMemoryFromOthers() throws IOException {
    for (int round = 0; round < 50; round++) {
      try (Call call = begin(round)) {
        ByteBuffer some = ByteBuffer.allocate(100_000);
        while (some.hasRemaining()) {
          assertThat(call.read(some)).isPositive();
        }
        for (int i = 0; i < some.capacity(); i++) {
          assertThat(some.get(i)).isEqualTo(at(round, i));
        }
      }
    }
  }
}
