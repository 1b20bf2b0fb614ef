package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Completion.Plain;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckAllPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.BusyPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets that no peer which keeps the rules sends, but that anyone can: they neither end nor stall
 * a call, on whichever side of it.
 */
class ForgedPacketTest {
  private static final int SERVICE = 7;
  private static final int CID = 4;
  private static final int LAST = PacketFlags.LAST_PACKET;
  private static final int OFFSET_OF_CALL_NUMBER = 8;

  private final PacketScript script = new PacketScript();
  private CallDriver call;
  private PacketHeader ours; // of a packet of data that the peer has not acknowledged

  /** Which side of the call we are. */
  enum Side {
    CLIENT,
    SERVICE
  }

  @AfterEach
  void close() {
    script.close();
  }

  /** Begins a call of which one packet of ours is under way. */
  private void begin(Side side) throws CallEndedException {
    if (side == Side.CLIENT) {
      call = script.call(script.bundle(SERVICE));
    } else {
      HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
      script.receive(script.request(SERVICE, CID, 1, 1, LAST));
      call = service.tryAccept();
    }
    send(call, 4);
    ours = PacketScript.headers(script.sent(), PacketType.DATA).findFirst().orElseThrow();
  }

  /** The call is as it was, and ends as calls do. */
  private void nothingHasChanged(Side side) {
    assertThat(call.completion()).isNull();
    assertThat(call.bytesAcknowledged()).isZero();
    if (side == Side.CLIENT) {
      script.receive(script.data(ours, 1, LAST));
    } else {
      script.receive(script.ack(ours, AckReason.REQUESTED, 2));
    }
    assertThat(call.bytesAcknowledged()).isEqualTo(4);
    assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
  }

  private List<Packet> packetsOfEachType() {
    return List.of(
        script.data(ours, 1, LAST),
        script.ack(ours, AckReason.REQUESTED, 2),
        new BusyPacket(script.answer(ours, PacketType.BUSY, 0, 0)),
        new AckAllPacket(script.answer(ours, PacketType.ACKALL, 0, 0)));
  }

  @ParameterizedTest
  @EnumSource
  void packetsOfCallNumberZeroChangeNothing(Side side) throws CallEndedException {
    begin(side);
    for (Packet packet : packetsOfEachType()) {
      ByteBuffer datagram = ByteBuffer.allocate(2_000);
      PacketCodec.encode(datagram, packet);
      script.receive(datagram.flip().putInt(OFFSET_OF_CALL_NUMBER, 0));
      assertThat(script.sent()).isEmpty();
    }
    nothingHasChanged(side);
  }

  @ParameterizedTest
  @EnumSource
  void abortsWithoutABodyChangeNothing(Side side) throws CallEndedException {
    begin(side);
    for (int bytes = 0; bytes < Integer.BYTES; bytes++) {
      ByteBuffer datagram = ByteBuffer.allocate(2_000);
      PacketCodec.encode(datagram, new AbortPacket(script.answer(ours, PacketType.ABORT, 0, 0), 7));
      script.receive(datagram.flip().limit(PacketHeader.LENGTH + bytes));
      assertThat(script.sent()).isEmpty();
    }
    nothingHasChanged(side);
  }

  @ParameterizedTest
  @EnumSource
  void acknowledgementsOfPacketsNeverSentChangeNothing(Side side) throws CallEndedException {
    begin(side);
    List<Packet> forged = new ArrayList<>();
    for (AckReason reason : AckReason.values()) {
      if (reason != AckReason.PING) {
        forged.add(script.ack(ours, reason, 3));
        forged.add(script.ack(ours, reason, Integer.MIN_VALUE));
        forged.add(script.ack(ours, reason, 1, 0, 1));
        forged.add(script.ack(ours, reason, 1, new int[255]));
      }
    }
    // the last of them is no forgery, but says that nothing has come
    script.receive(forged.toArray(Packet[]::new));
    nothingHasChanged(side);
  }

  /** What is acknowledged by a forger is sent again nevertheless. */
  @ParameterizedTest
  @EnumSource
  void acknowledgementsOfPacketsNeverSentStallNothing(Side side) throws CallEndedException {
    begin(side);
    script.receive(script.ack(ours, AckReason.REQUESTED, 3));
    script.pass(3 * SECOND);
    assertThat(script.sent(PacketType.DATA)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void abortWithCodeZeroEndsTheCallAsAnyOther(Side side) throws CallEndedException {
    begin(side);
    script.receive(new AbortPacket(script.answer(ours, PacketType.ABORT, 0, 0), 0));
    assertThat(call.completion()).isEqualTo(new Completion.RemotelyAborted(0));
    script.pass(100 * SECOND);
    assertThat(script.sent()).isEmpty();
  }

  /** Late packets are answered with what the call ended with. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  void latePacketOfAnAbortedCallIsToldTheCode(int code) throws CallEndedException {
    begin(Side.SERVICE);
    script.receive(new AbortPacket(script.answer(ours, PacketType.ABORT, 0, 0), code));
    script.receive(script.request(SERVICE, CID, 1, 1, LAST));
    assertThat(script.sent())
        .singleElement()
        .isInstanceOfSatisfying(
            AbortPacket.class, abort -> assertThat(abort.code()).isEqualTo(code));
  }
}
