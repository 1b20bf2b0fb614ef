package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A client asks for a better service than the one that it names, and the answer says which it is.
 */
class ServiceUpgradeTest {
  private static final int OLD = 52;
  private static final int BETTER = 2503;

  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  @Nested
  class Client {
    private final Bundle bundle =
        script.endpoint.acquireBundle(PEER, OLD, Security.none(), Upgrade.ASKED);

    private CallDriver send(int bytes) throws CallEndedException {
      CallDriver call = script.call(bundle);
      PacketScript.send(call, bytes);
      return call;
    }

    private List<PacketHeader> data() {
      return script.sent(PacketType.DATA);
    }

    /** Acknowledges the first packet of a call, as the service with this ID. */
    private void answer(PacketHeader first, int serviceId) {
      script.receive(script.ack(as(serviceId, first), AckReason.REQUESTED, 2));
    }

    private static PacketHeader as(int serviceId, PacketHeader header) {
      return new PacketHeader(
          header.epoch(),
          header.cid(),
          header.callNumber(),
          header.seq(),
          header.serial(),
          header.type(),
          header.flags(),
          header.userStatus(),
          header.securityIndex(),
          header.checksum(),
          serviceId);
    }

    @Test
    void firstPacketOfTheFirstCallAsksAndNoOther() throws CallEndedException {
      send(5_000);
      List<PacketHeader> sent = data();
      assertThat(sent).extracting(PacketHeader::serviceId).containsOnly(OLD);
      assertThat(sent.getFirst().asksForUpgrade()).isTrue();
      assertThat(sent.subList(1, sent.size())).noneMatch(PacketHeader::asksForUpgrade);
    }

    @Test
    void packetThatIsSentAgainAsksAgain() throws CallEndedException {
      send(10);
      data();
      script.pass(2 * PacketScript.SECOND);
      assertThat(data()).isNotEmpty().allMatch(PacketHeader::asksForUpgrade);
    }

    @Test
    void otherCallsWaitForTheAnswer() throws CallEndedException {
      send(10);
      PacketHeader first = data().getFirst();
      CallDriver waiting = script.call(bundle);
      assertThat(PacketScript.send(waiting, 10)).isFalse();
      assertThat(data()).isEmpty();
      answer(first, BETTER);
      assertThat(PacketScript.send(waiting, 10)).isTrue();
      PacketHeader second = data().getFirst();
      assertThat(second.serviceId()).isEqualTo(BETTER);
      assertThat(second.asksForUpgrade()).isFalse();
    }

    @Test
    void restOfTheCallGoesToTheServiceThatAnswers() throws CallEndedException {
      CallDriver call = script.call(bundle);
      call.trySend(ByteBuffer.allocate(5_000), false);
      PacketHeader first = data().getFirst();
      answer(first, BETTER);
      assertThat(call.serviceId()).isEqualTo(BETTER);
      call.trySend(ByteBuffer.allocate(5_000), true);
      assertThat(data()).extracting(PacketHeader::serviceId).containsOnly(BETTER);
    }

    @Test
    void serverThatKnowsNoUpgradeServesAsItIs() throws CallEndedException {
      CallDriver call = send(10);
      PacketHeader first = data().getFirst();
      script.receive(script.data(first, 1, PacketFlags.LAST_PACKET));
      assertThat(call.serviceId()).isEqualTo(OLD);
      assertThat(PacketScript.send(script.call(bundle), 10)).isTrue();
      assertThat(data().getFirst().asksForUpgrade()).as("it is known now").isFalse();
    }

    @Test
    void nextCallAsksWhereTheFirstHadNoAnswer() throws CallEndedException {
      CallDriver call = send(10);
      CallDriver waiting = script.call(bundle);
      assertThat(PacketScript.send(waiting, 10)).isFalse();
      call.abort(1, AbortReason.USER);
      assertThat(PacketScript.send(waiting, 10)).isTrue();
      assertThat(data().getLast().asksForUpgrade()).isTrue();
    }

    @Test
    void newConnectionsGoToTheServiceThatAnswered() throws CallEndedException {
      send(10);
      answer(data().getFirst(), BETTER);
      for (int i = 0; i < 4; i++) { // one more than the connection has channels
        send(10);
      }
      List<PacketHeader> sent = data();
      assertThat(sent.stream().map(PacketHeader::connectionId).distinct()).hasSize(2);
      assertThat(sent).extracting(PacketHeader::serviceId).containsOnly(BETTER);
    }
  }

  @Nested
  class Server {
    private HostedService listen(int serviceId, int upgradeTo) {
      return script.endpoint.listen(
          serviceId,
          new HostedService.Options(
              4, 1000, 100, Charging.AUTOMATIC, PacketScript.TIMEOUTS, upgradeTo));
    }

    private Packet request(int userStatus) {
      return PacketScript.withUserStatus(
          script.request(OLD, 8, 1, 1, PacketFlags.LAST_PACKET | PacketFlags.REQUEST_ACK),
          userStatus);
    }

    @Test
    void clientThatAsksReachesTheBetterService() {
      HostedService old = listen(OLD, BETTER);
      HostedService better = listen(BETTER, HostedService.NO_UPGRADE);
      script.receive(request(1));
      assertThat(old.tryAccept()).isNull();
      CallDriver call = better.tryAccept();
      assertThat(call.serviceId()).isEqualTo(BETTER);
      assertThat(script.sent())
          .isNotEmpty()
          .allSatisfy(packet -> assertThat(packet.header().serviceId()).isEqualTo(BETTER));
    }

    @Test
    void clientThatDoesNotAskGetsWhatItNames() {
      HostedService old = listen(OLD, BETTER);
      listen(BETTER, HostedService.NO_UPGRADE);
      script.receive(request(0));
      assertThat(old.tryAccept().serviceId()).isEqualTo(OLD);
    }

    @Test
    void nobodyIsUpgradedToAServiceThatIsNotHosted() {
      HostedService old = listen(OLD, BETTER);
      script.receive(request(1));
      assertThat(old.tryAccept().serviceId()).isEqualTo(OLD);
    }

    @Test
    void packetThatOvertakesTheOneThatAsksDoesNotDecide() {
      HostedService old = listen(OLD, BETTER);
      HostedService better = listen(BETTER, HostedService.NO_UPGRADE);
      script.receive(script.request(OLD, 8, 1, 2, PacketFlags.LAST_PACKET));
      script.receive(PacketScript.withUserStatus(script.request(OLD, 8, 1, 1, 0), 1));
      assertThat(old.tryAccept()).isNull();
      assertThat(better.tryAccept().serviceId()).isEqualTo(BETTER);
    }

    @Test
    void onlyTheFirstPacketOfAConnectionMayAsk() {
      HostedService old = listen(OLD, BETTER);
      listen(BETTER, HostedService.NO_UPGRADE);
      script.receive(request(0));
      script.receive(
          PacketScript.withUserStatus(
              script.request(OLD, 9, 1, 1, PacketFlags.LAST_PACKET), 1)); // another channel
      assertThat(old.tryAccept().serviceId()).isEqualTo(OLD);
      assertThat(old.tryAccept().serviceId()).isEqualTo(OLD);
    }
  }
}
