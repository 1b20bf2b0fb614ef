package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.transport.PacketScript.Sent;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many answers strangers can provoke, and that nobody who keeps the rules goes without. */
class AnswerLimitTest {
  private static final int SERVICE = 7;
  private static final int NOT_SERVED = 8;
  private static final int CID = 4;
  private static final InetSocketAddress FLOODER = new InetSocketAddress("203.0.113.9", 1);
  private static final int LAST = PacketFlags.LAST_PACKET;

  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  private static InetSocketAddress anyone(int number) {
    return new InetSocketAddress("203.0." + number / 256 + "." + number % 256, 7001);
  }

  /** Returns how many answers {@code packets} such packets from one address get. */
  private int flood(int packets, InetSocketAddress source, Supplier<Packet> packet) {
    int answers = 0;
    for (int i = 0; i < packets; i++) {
      script.receiveFrom(source, packet.get());
      List<Sent> sent = script.sentDatagrams();
      assertThat(sent).allSatisfy(answer -> assertThat(answer.to()).isEqualTo(source));
      answers += sent.size();
    }
    return answers;
  }

  private List<PacketType> answersTo(InetSocketAddress source, Packet packet) {
    script.receiveFrom(source, packet);
    return script.sent().stream().map(answer -> answer.header().type()).toList();
  }

  private DataPacket requestTo(int service) {
    return script.request(service, CID, 1, 1, LAST);
  }

  @Test
  void floodOfCallsThatNobodyServesGetsAHundredAbortsASecond() {
    assertThat(flood(5_000, FLOODER, () -> requestTo(NOT_SERVED))).isEqualTo(100);
    script.pass(SECOND);
    assertThat(flood(5_000, FLOODER, () -> requestTo(NOT_SERVED))).isEqualTo(100);
    script.pass(100 * SECOND);
    assertThat(flood(5_000, FLOODER, () -> requestTo(NOT_SERVED))).as("saved").isEqualTo(100);
  }

  @Test
  void otherPortsOfAHostGetNoFurtherAborts() {
    flood(5_000, FLOODER, () -> requestTo(NOT_SERVED));
    InetSocketAddress other = new InetSocketAddress(FLOODER.getAddress(), 2);
    assertThat(flood(10, other, () -> requestTo(NOT_SERVED))).isZero();
  }

  @Test
  void forgedAddressesGetAThousandAbortsASecondTogether() {
    int answers = 0;
    for (int i = 0; i < 5_000; i++) {
      answers += flood(1, anyone(i), () -> requestTo(NOT_SERVED));
    }
    assertThat(answers).isEqualTo(1_000);
  }

  @Test
  void clientOfAServiceThatIsNoMoreIsToldSoWhileAnotherFloods() {
    flood(5_000, FLOODER, () -> requestTo(NOT_SERVED));
    assertThat(answersTo(PEER, requestTo(NOT_SERVED))).containsExactly(PacketType.ABORT);
  }

  @Test
  void floodOfCallsBeyondTheBacklogGetsAHundredBusyPacketsASecond() {
    script.listen(SERVICE, Charging.BY_USER); // and the user does not
    assertThat(flood(5_000, FLOODER, () -> requestTo(SERVICE))).isEqualTo(100);
    script.pass(SECOND / 2);
    assertThat(flood(5_000, FLOODER, () -> requestTo(SERVICE))).isEqualTo(50);
    assertThat(answersTo(PEER, requestTo(SERVICE))).containsExactly(PacketType.BUSY);
  }

  /** Lets a client have an answered call; then its packets come late. */
  private void serveCallOf(InetSocketAddress client, HostedService service)
      throws CallEndedException {
    script.receiveFrom(client, requestTo(SERVICE));
    CallDriver call = service.tryAccept();
    send(call, 4);
    call.userDone();
    PacketHeader reply =
        PacketScript.headers(script.sent(), PacketType.DATA).findFirst().orElseThrow();
    script.receiveFrom(client, script.ack(reply, AckReason.REQUESTED, 2));
    assertThat(call.isFinished()).isTrue();
    script.sent();
  }

  @Test
  void floodOfLatePacketsGetsAThousandAnswersASecond() throws CallEndedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    serveCallOf(FLOODER, service);
    assertThat(flood(5_000, FLOODER, () -> requestTo(SERVICE))).isEqualTo(1_000);
    script.pass(SECOND / 10);
    assertThat(flood(5_000, FLOODER, () -> requestTo(SERVICE))).isEqualTo(100);
    assertThat(script.endpoint.statistics().faults().unanswered()).isEqualTo(8_900);
  }

  @Test
  void clientThatLostTheFinalPacketIsAnsweredWhileAnotherFloods() throws CallEndedException {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    serveCallOf(FLOODER, service);
    serveCallOf(PEER, service);
    flood(5_000, FLOODER, () -> requestTo(SERVICE));
    assertThat(answersTo(PEER, requestTo(SERVICE))).containsExactly(PacketType.ACK);
  }

  @Test
  void windowThatIsSentAgainAfterTheEndIsAnsweredPacketByPacket() throws CallEndedException {
    CallDriver call = script.call(script.bundle(SERVICE));
    send(call, 4);
    PacketHeader request = script.sent(PacketType.DATA).get(0);
    script.receive(script.data(request, 1, LAST));
    script.sent();
    assertThat(flood(255, PEER, () -> script.data(request, 1, LAST))).isEqualTo(255);
  }

  @Test
  void latePacketsThatWantNoAnswerUseNothingUp() throws CallEndedException {
    CallDriver call = script.call(script.bundle(SERVICE));
    send(call, 4);
    PacketHeader request = script.sent(PacketType.DATA).get(0);
    script.receive(script.data(request, 1, LAST));
    script.sent();
    Supplier<Packet> late = () -> script.ack(request, AckReason.DELAY, 2);
    assertThat(flood(5_000, PEER, late)).isZero();
    assertThat(answersTo(PEER, script.data(request, 1, LAST))).containsExactly(PacketType.ACK);
  }
}
