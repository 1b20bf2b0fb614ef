package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Completion.Plain;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Serials count all packets of a connection, so they wrap; 0 is none of them. */
class SerialWrapTest {
  private static ConnectionDriver connection(int firstSerial) {
    return new ConnectionDriver(
        Role.CLIENT,
        new ConnectionDriver.Identity(1, 4, 1, 0),
        new Peer(PEER, Limits.DEFAULT),
        null,
        firstSerial);
  }

  @Test
  void zeroIsSkipped() {
    ConnectionDriver connection = connection(-2);
    assertThat(List.of(connection.next(), connection.next(), connection.next(), connection.next()))
        .containsExactly(-2, -1, 1, 2);
  }

  /** The packets of a jumbogram have serials that follow each other. */
  @ParameterizedTest
  @ValueSource(ints = {-4, -3, -2, -1, 1})
  void zeroIsNotAmongSeveral(int firstSerial) {
    ConnectionDriver connection = connection(firstSerial);
    int first = connection.next(3);
    assertThat(first < -2 || first > 0).isTrue();
    int next = connection.next();
    assertThat(next - (first + 2)).as("further than the three").isIn(1, 2);
    assertThat(next).isNotZero();
  }

  @Test
  void largestIsFollowedByTheSmallest() {
    ConnectionDriver connection = connection(Integer.MAX_VALUE);
    assertThat(List.of(connection.next(), connection.next()))
        .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE);
  }

  @Test
  void callsGoOnWhileTheSerialsOfTheirConnectionWrap() throws CallEndedException {
    try (PacketScript script = new PacketScript(1)) {
      Bundle bundle = script.bundle(1);
      List<Integer> serials = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        CallDriver call = script.call(bundle);
        send(call, 4);
        PacketHeader request = script.sent(PacketType.DATA).get(0);
        script.receive(script.data(request, 1, PacketFlags.LAST_PACKET));
        assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
        if (i > 0) {
          serials.add(request.serial());
        } else {
          ConnectionDriver connection = Objects.requireNonNull(call.connection());
          connection.next(Integer.MAX_VALUE);
          connection.next(Integer.MAX_VALUE - 4); // as if these had been sent
        }
      }
      assertThat(serials).doesNotContain(0).doesNotHaveDuplicates();
      assertThat(serials.get(0)).isBetween(-10, -1);
      assertThat(serials.get(8)).isBetween(1, 20);
    }
  }
}
