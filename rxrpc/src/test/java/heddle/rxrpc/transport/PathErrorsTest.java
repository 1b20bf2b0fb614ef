package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static heddle.rxrpc.transport.PacketScript.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.NetworkError.Kind;
import heddle.rxrpc.transport.NetworkError.Origin;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ICMP errors reach whom they concern, and nobody else. */
class PathErrorsTest {
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("10.0.0.9", 7000);

  private final PacketScript script = new PacketScript();
  private final Bundle bundle = script.bundle(5);

  @AfterEach
  void close() {
    script.close();
  }

  private CallDriver sentCall() throws CallEndedException {
    CallDriver call = script.call(bundle);
    assertThat(PacketScript.send(call, 10)).isTrue();
    return call;
  }

  private void error(Kind kind, PacketHeader quoted) throws UnknownHostException {
    error(kind, PEER, quoted);
  }

  private void error(Kind kind, InetSocketAddress destination, PacketHeader quoted)
      throws UnknownHostException {
    ByteBuffer bytes = ByteBuffer.allocate(PacketHeader.LENGTH + 4);
    quoted.encode(bytes);
    script.error(
        new NetworkError(
            kind,
            Origin.ICMP,
            111,
            0,
            destination,
            InetAddress.getByName("10.0.0.254"),
            bytes.array()));
  }

  private void tooBig(PacketHeader quoted, int pathMtu) throws UnknownHostException {
    ByteBuffer bytes = ByteBuffer.allocate(PacketHeader.LENGTH);
    quoted.encode(bytes);
    InetAddress router = InetAddress.getByName("10.0.0.254");
    script.error(
        new NetworkError(Kind.TOO_BIG, Origin.ICMP, 90, pathMtu, PEER, router, bytes.array()));
  }

  /** Lets the peer answer the probe of a call. */
  private void warmThePath() throws CallEndedException {
    CallDriver call = script.call(bundle);
    assertThat(PacketScript.send(call, 5_000)).isTrue();
    PacketHeader probe = script.sent(PacketType.ACK).getFirst();
    script.receive(script.ack(probe, AckReason.PING_RESPONSE, 1));
    call.abort(1, AbortReason.USER);
    script.sent();
  }

  @Test
  void packetThatWasTooBigLowersTheSizeForThePeerAndEndsNothing() throws Exception {
    warmThePath();
    CallDriver call = script.call(bundle);
    assertThat(PacketScript.send(call, 5_000)).isTrue();
    PacketHeader large = script.sent(PacketType.DATA).get(1);
    tooBig(large, 1300);
    assertThat(bundle.peer().packetBytes()).isEqualTo(1272);
    tooBig(large, 0);
    assertThat(bundle.peer().packetBytes()).as("said already").isEqualTo(1272);
    assertThat(call.completion()).isNull();
  }

  @Test
  void forgedWordThatAPacketWasTooBigChangesNothing() throws Exception {
    warmThePath();
    CallDriver call = script.call(bundle);
    assertThat(PacketScript.send(call, 5_000)).isTrue();
    List<PacketHeader> sent = script.sent(PacketType.DATA);
    tooBig(sent.get(1).withSerial(77), 1300);
    script.receive(script.ack(sent.get(1), AckReason.REQUESTED, 3));
    tooBig(sent.get(1), 1300); // it has arrived
    assertThat(bundle.peer().packetBytes()).isEqualTo(1444);
  }

  private static PacketHeader only(List<Packet> sent) {
    assertThat(sent).hasSize(1);
    return sent.getFirst().header();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"PORT_UNREACHABLE", "HOST_UNREACHABLE", "NETWORK_UNREACHABLE", "PROHIBITED"})
  void errorEndsExactlyTheCallWhoseHeaderIsQuoted(Kind kind) throws Exception {
    CallDriver before = sentCall();
    script.sent();
    CallDriver call = sentCall();
    PacketHeader quoted = only(script.sent());
    CallDriver after = sentCall();
    error(kind, quoted);
    assertThat(call.completion()).isInstanceOf(Completion.Unreachable.class);
    assertThat(call.isFinished()).isTrue();
    assertThat(before.completion()).isNull();
    assertThat(after.completion()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"TOO_BIG", "OTHER"})
  void errorThatDoesNotSayThatThePeerIsGoneEndsNothing(Kind kind) throws Exception {
    CallDriver call = sentCall();
    error(kind, only(script.sent()));
    assertThat(call.completion()).isNull();
  }

  @Test
  void serialThatWasNeverSentChangesNothing() throws Exception {
    CallDriver call = sentCall();
    PacketHeader sent = only(script.sent());
    for (int forged : new int[] {0, sent.serial() + 1, sent.serial() + 1000, -1}) {
      error(Kind.PORT_UNREACHABLE, sent.withSerial(forged));
    }
    assertThat(call.completion()).isNull();
  }

  @Test
  void headerThatIsNotOursChangesNothing() throws Exception {
    CallDriver call = sentCall();
    PacketHeader sent = only(script.sent());
    error(Kind.PORT_UNREACHABLE, other(sent, sent.epoch() + 1, sent.cid(), sent.callNumber()));
    error(Kind.PORT_UNREACHABLE, other(sent, sent.epoch(), sent.cid() + 4, sent.callNumber()));
    error(Kind.PORT_UNREACHABLE, other(sent, sent.epoch(), sent.cid() + 1, sent.callNumber()));
    error(Kind.PORT_UNREACHABLE, other(sent, sent.epoch(), sent.cid(), sent.callNumber() + 1));
    error(Kind.PORT_UNREACHABLE, other(sent, sent.epoch(), sent.cid(), 0));
    error(Kind.PORT_UNREACHABLE, sent.withFlags(0)); // as if a service had sent it
    assertThat(call.completion()).isNull();
  }

  private static PacketHeader other(PacketHeader header, int epoch, int cid, int callNumber) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        header.seq(),
        header.serial(),
        header.type(),
        header.flags(),
        0,
        0,
        0,
        header.serviceId());
  }

  @Test
  void errorAboutAnotherAddressChangesNothing() throws Exception {
    CallDriver call = sentCall();
    error(Kind.PORT_UNREACHABLE, ELSEWHERE, only(script.sent()));
    assertThat(call.completion()).isNull();
  }

  @Test
  void packetThatIsAcknowledgedCannotHaveBeenLost() throws Exception {
    CallDriver call = sentCall();
    PacketHeader sent = only(script.sent());
    script.receive(script.ack(sent, AckReason.REQUESTED, 2));
    error(Kind.PORT_UNREACHABLE, sent);
    assertThat(call.completion()).isNull();
  }

  @Test
  void errorAboutWhatWasSentBeforeThePeerWasHeardIsOld() throws Exception {
    CallDriver call = sentCall();
    PacketHeader sent = only(script.sent());
    script.receive(script.ack(sent, AckReason.PING_RESPONSE, 1)); // of something earlier
    error(Kind.PORT_UNREACHABLE, sent);
    assertThat(call.completion()).isNull();
    script.pass(5 * SECOND);
    List<PacketHeader> again = script.sent(PacketType.DATA);
    error(Kind.PORT_UNREACHABLE, again.getLast());
    assertThat(call.completion()).isInstanceOf(Completion.Unreachable.class);
  }

  @Test
  void servicesCallEndsWhenItsClientIsGone() throws Exception {
    HostedService service = script.listen(7, HostedService.Charging.AUTOMATIC);
    PacketHeader request =
        script.request(7, 8, 1, 1, PacketFlags.LAST_PACKET | PacketFlags.REQUEST_ACK).header();
    script.receive(script.request(7, 8, 1, 1, PacketFlags.LAST_PACKET | PacketFlags.REQUEST_ACK));
    PacketHeader ack = only(script.sent());
    assertThat(ack.callNumber()).isEqualTo(request.callNumber());
    CallDriver call = service.tryAccept();
    error(Kind.PORT_UNREACHABLE, ELSEWHERE, ack);
    assertThat(call.completion()).isNull();
    error(Kind.PORT_UNREACHABLE, ack);
    assertThat(call.completion()).isInstanceOf(Completion.Unreachable.class);
    call.userDone();
    assertThat(service.activeCalls()).isZero();
  }

  @Test
  void probeThatFindsThePortClosedEndsAllCallsOfThatPeer() throws Exception {
    CallDriver first = sentCall();
    CallDriver second = sentCall();
    Bundle elsewhere = script.bundle(ELSEWHERE, 5);
    CallDriver other = script.call(elsewhere);
    assertThat(PacketScript.send(other, 10)).isTrue();
    script.error(unquoted(Origin.PROBE));
    assertThat(first.completion()).isInstanceOf(Completion.Unreachable.class);
    assertThat(second.completion()).isInstanceOf(Completion.Unreachable.class);
    assertThat(other.completion()).isNull();
  }

  @Test
  void errorThatQuotesTooLittleOnlyMakesUsLookForOurselves() throws Exception {
    CallDriver call = sentCall();
    script.error(unquoted(Origin.ICMP));
    script.error(unquoted(Origin.ICMP));
    assertThat(call.completion()).isNull();
    assertThat(script.probed()).as("once, since it was just now").containsExactly(PEER);
  }

  @Test
  void silentPeerIsProbedWhereTheSystemReportsNothing() throws Exception {
    script.hearNoErrors();
    CallDriver call = sentCall();
    script.pass(SECOND / 2);
    assertThat(script.probed()).isEmpty();
    script.pass(3 * SECOND);
    assertThat(script.probed()).containsExactly(PEER);
    script.error(unquoted(Origin.PROBE));
    assertThat(call.completion()).isInstanceOf(Completion.Unreachable.class);
  }

  @Test
  void silentPeerIsLeftAloneWhereTheSystemReportsErrors() throws Exception {
    sentCall();
    script.pass(10 * SECOND);
    assertThat(script.probed()).isEmpty();
  }

  private static NetworkError unquoted(Origin origin) {
    return new NetworkError(
        Kind.PORT_UNREACHABLE, origin, 0, 0, PEER, SendBatch.ANY_ADDRESS, new byte[0]);
  }
}
