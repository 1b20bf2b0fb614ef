package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Completion.Plain;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckAllPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.ResponsePacket;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What Linux has a name for among the ways in which a peer can break the rules, and what becomes of
 * it here. Where Linux aborts a call or a whole connection for a packet that anyone can forge, we
 * drop the packet: each test says so.
 *
 * <p>Not here: what only the own user or the own memory can cause (call-improper-term, call-reset,
 * call-sendmsg, call-sock-rel, call-sock-rel-tba, nomem, resp-sendmsg, shut-down, recvmsg-excess,
 * recvmsg-short, sendmsg-late, improper-term, tx-rot-last), what is a matter of security classes
 * (no-serv-key and all that begins with rxkad or rxgk), and what begins with afs or rxperf, which
 * are users.
 *
 * <p>Protocol source: Linux include/trace/events/rxrpc.h, rxrpc_abort_reasons (names).
 */
class LinuxChecklistTest {
  private static final int SERVICE = 7;
  private static final int CID = 4;
  private static final int LAST = PacketFlags.LAST_PACKET;
  private static final int RX_INVALID_OPERATION = -2;
  private static final int RX_PROTOCOL_ERROR = -5;

  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  private static ByteBuffer bytes(Packet packet) {
    ByteBuffer out = ByteBuffer.allocate(2_000);
    PacketCodec.encode(out, packet);
    return out.flip();
  }

  private static ByteBuffer without(int bytes, Packet packet) {
    ByteBuffer whole = bytes(packet);
    return whole.limit(whole.limit() - bytes);
  }

  private long malformed() {
    return script.endpoint.statistics().faults().malformed();
  }

  private long stray() {
    return script.endpoint.statistics().faults().stray();
  }

  private static Completion aborted(AbortReason reason) {
    return new Completion.LocallyAborted(RX_PROTOCOL_ERROR, reason);
  }

  /** A client's call that has sent its whole request. */
  @Nested
  class Client {
    private final CallDriver call = script.call(script.bundle(SERVICE));
    private final PacketHeader request;

    Client() throws CallEndedException {
      send(call, 4);
      request = script.sent(PacketType.DATA).get(0);
    }

    /** Nothing is answered, and the call is none the worse for it. */
    private void isIgnored() {
      assertThat(script.sent()).isEmpty();
      assertThat(call.completion()).isNull();
      script.receive(script.data(request, 1, LAST));
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }

    private void isMalformed(ByteBuffer datagram) {
      script.receive(datagram);
      assertThat(malformed()).isEqualTo(1);
      isIgnored();
    }

    @Test
    void shortHdr() {
      isMalformed(bytes(script.data(request, 1, LAST)).limit(PacketHeader.LENGTH - 1));
    }

    @Test
    void emptyDatagram() {
      isMalformed(ByteBuffer.allocate(0));
    }

    @Test
    void badAbort() {
      AbortPacket abort = new AbortPacket(script.answer(request, PacketType.ABORT, 0, 0), 7);
      isMalformed(without(1, abort));
    }

    @Test
    void badJumbo() {
      isMalformed(bytes(script.data(request, 1, PacketFlags.JUMBO)));
    }

    @Test
    void shortAck() {
      ByteBuffer ack = bytes(script.ack(request, AckReason.REQUESTED, 2));
      isMalformed(ack.limit(PacketHeader.LENGTH + 17));
    }

    @Test
    void ackrShortSack() {
      ByteBuffer ack = bytes(script.ack(request, AckReason.REQUESTED, 1, 0, 0, 0));
      isMalformed(ack.limit(PacketHeader.LENGTH + 20));
    }

    /** OpenAFS takes what is there of the trailer; Linux drops the packet. */
    @Test
    void shortAckTrailer() {
      script.receive(without(15, script.ack(request, AckReason.REQUESTED, 2)));
      assertThat(malformed()).isZero();
      isIgnored();
    }

    @Test
    void unsupPkt() {
      for (int type = 0; type < 256; type++) {
        if (PacketType.fromWire(type) == PacketType.UNKNOWN) {
          ByteBuffer packet = bytes(script.data(request, 1, LAST));
          script.receive(packet.put(20, (byte) type));
        }
      }
      isIgnored();
    }

    @Test
    void ackrOutWin() {
      script.receive(script.ack(request, AckReason.REQUESTED, 3));
      isIgnored();
      assertThat(call.mayHaveExecuted()).isTrue();
    }

    @Test
    void ackrSackOver() {
      script.receive(script.ack(request, AckReason.REQUESTED, 1, 0, 1));
      isIgnored();
    }

    @Test
    void ackrZero() {
      script.receive(script.ack(request, AckReason.REQUESTED, 0));
      isIgnored();
    }

    @Test
    void unexAck() {
      script.receive(script.data(request, 1, 0));
      script.pass(SECOND);
      script.sent();
      script.receive(script.ack(request, AckReason.REQUESTED, 1));
      assertThat(script.sent()).isEmpty();
      script.receive(script.data(request, 2, LAST));
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }

    @Test
    void noClCall() {
      PacketHeader next =
          new PacketHeader(
              request.epoch(),
              request.cid(),
              request.callNumber() + 1,
              1,
              1,
              PacketType.DATA,
              LAST,
              0,
              0,
              0,
              SERVICE);
      script.receive(new DataPacket(next, ByteBuffer.allocate(4), 0, 4));
      isIgnored();
    }

    @Test
    void noClConn() {
      PacketHeader other =
          new PacketHeader(
              request.epoch(), 1 << 20, 1, 1, 1, PacketType.DATA, LAST, 0, 0, 0, SERVICE);
      script.receive(new DataPacket(other, ByteBuffer.allocate(4), 0, 4));
      assertThat(stray()).isEqualTo(1);
      isIgnored();
    }

    /** Linux aborts the whole connection. */
    @Test
    void rxnullChall() {
      byte[] body = new byte[16];
      script.receive(new ChallengePacket(script.answer(request, PacketType.CHALLENGE, 0, 0), body));
      isIgnored();
    }

    /** Linux aborts the whole connection. OpenAFS drops the packet too. */
    @Test
    void wrongSec() {
      DataPacket data = script.data(request, 1, LAST);
      script.receive(bytes(data).put(23, (byte) 2));
      assertThat(stray()).isEqualTo(1);
      isIgnored();
    }

    /** Who did not ask for an upgrade does not care which service says that it answers. */
    @Test
    void reUpgrade() {
      ByteBuffer data = bytes(script.data(request, 1, 0));
      script.receive(data.putShort(26, (short) 9));
      script.receive(script.data(request, 2, LAST));
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
      assertThat(call.serviceId()).isEqualTo(SERVICE);
    }

    @Test
    void dataAfterLast() {
      script.receive(script.data(request, 2, LAST), script.data(request, 3, 0));
      assertThat(call.completion()).isEqualTo(aborted(AbortReason.DATA_BEYOND_LAST));
    }

    @Test
    void diffLast() {
      script.receive(script.data(request, 3, LAST), script.data(request, 2, LAST));
      assertThat(call.completion()).isEqualTo(aborted(AbortReason.LAST_PACKET_MOVED));
    }

    @Test
    void callTimeout() {
      script.pass(60 * SECOND);
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Completion.Timeout.NORMAL));
    }

    @Test
    void unexReply() {
      script.receive(script.data(request, 1, LAST));
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
      script.receive(script.data(request, 2, 0));
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }
  }

  /** A client's call whose request is not complete. */
  @Nested
  class HalfARequest {
    private final CallDriver call = script.call(script.bundle(SERVICE));
    private final PacketHeader request;

    HalfARequest() throws CallEndedException {
      call.trySend(ByteBuffer.allocate(3_000), false);
      request = script.sent(PacketType.DATA).get(0);
    }

    @Test
    void earlyReply() {
      script.receive(script.data(request, 1, 0));
      assertThat(call.completion()).isEqualTo(aborted(AbortReason.EARLY_REPLY));
    }

    @Test
    void unexAckall() {
      script.receive(new AckAllPacket(script.answer(request, PacketType.ACKALL, 0, 0)));
      assertThat(script.sent()).isEmpty();
      assertThat(call.completion()).isNull();
      assertThat(call.bytesAcknowledged()).isZero();
    }
  }

  @Nested
  class Service {
    private final HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);

    private CallDriver serve() {
      script.receive(script.request(SERVICE, CID, 1, 1, LAST));
      CallDriver call = service.tryAccept();
      script.pass(SECOND);
      script.sent();
      return call;
    }

    private void isRefused() {
      List<Packet> sent = script.sent();
      assertThat(sent).hasSize(1);
      assertThat(((AbortPacket) sent.get(0)).code()).isEqualTo(RX_INVALID_OPERATION);
      beginsNothing();
    }

    private void beginsNothing() {
      assertThat(service.tryAccept()).isNull();
      assertThat(script.endpoint.connectionCount()).isZero();
      assertThat(script.endpoint.callCount()).isZero();
    }

    @Test
    void servNotOffered() {
      script.receive(script.request(SERVICE + 1, CID, 1, 1, LAST));
      isRefused();
    }

    @Test
    void zeroService() {
      script.receive(script.request(0, CID, 1, 1, LAST));
      isRefused();
    }

    @Test
    void unsupSec() {
      script.receive(bytes(script.request(SERVICE, CID, 1, 1, LAST)).put(23, (byte) 9));
      isRefused();
    }

    @Test
    void zeroCall() {
      script.receive(script.request(SERVICE, CID, 0, 1, LAST));
      assertThat(script.sent()).isEmpty();
      beginsNothing();
    }

    @Test
    void noSvCall() {
      PacketHeader unknown = script.request(SERVICE, CID, 1, 0, 0).header();
      script.receive(
          new AckAllPacket(unknown.withType(PacketType.ACKALL)),
          new AbortPacket(unknown.withType(PacketType.ABORT), 7));
      assertThat(script.sent()).isEmpty();
      beginsNothing();
    }

    /** The number is not one that a packet of a short call has, but one that comes round. */
    @Test
    void zeroSeq() {
      script.receive(script.request(SERVICE, CID, 1, 0, 0));
      script.receive(script.request(SERVICE, CID, 1, 1, LAST));
      CallDriver call = service.tryAccept();
      assertThat(call.phase()).isEqualTo("serving");
      assertThat(PacketScript.headers(script.sent(), PacketType.ABORT)).isEmpty();
    }

    /** Linux aborts the whole connection. */
    @Test
    void rxnullResp() {
      CallDriver call = serve();
      PacketHeader header = script.request(SERVICE, CID, 1, 0, 0).header();
      script.receive(new ResponsePacket(header.withType(PacketType.RESPONSE), new byte[40]));
      assertThat(script.sent()).isEmpty();
      assertThat(call.completion()).isNull();
    }

    /** Linux aborts the whole connection. OpenAFS drops the packet too. */
    @Test
    void wrongSec() {
      CallDriver call = serve();
      script.receive(bytes(script.request(SERVICE, CID, 2, 1, LAST)).put(23, (byte) 2));
      assertThat(stray()).isEqualTo(1);
      assertThat(script.sent()).isEmpty();
      assertThat(call.completion()).isNull();
    }

    /** Who asks for an upgrade that nobody gives has asked in vain, and is served. */
    @Test
    void badUpgrade() {
      DataPacket asks = PacketScript.withUserStatus(script.request(SERVICE, CID, 1, 1, LAST), 1);
      script.receive(asks);
      CallDriver call = service.tryAccept();
      assertThat(call.serviceId()).isEqualTo(SERVICE);
    }

    @Test
    void unexImplEnd() {
      CallDriver call = serve();
      script.receive(script.request(SERVICE, CID, 2, 1, LAST));
      assertThat(call.completion())
          .isEqualTo(new Completion.LocallyAborted(-1, AbortReason.SUPERSEDED));
    }

    @Test
    void unexAckall() {
      CallDriver call = serve();
      PacketHeader header = script.request(SERVICE, CID, 1, 0, 0).header();
      script.receiveFrom(PEER, new AckAllPacket(header.withType(PacketType.ACKALL)));
      assertThat(script.sent()).isEmpty();
      assertThat(call.completion()).isNull();
    }
  }
}
