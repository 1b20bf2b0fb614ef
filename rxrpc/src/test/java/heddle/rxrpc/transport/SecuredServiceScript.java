package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.SecuredCell;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.ResponsePacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service that demands rxkad, and the packets of its clients. Close it after use. */
abstract class SecuredServiceScript {
  static final int SERVICE = 7;
  static final int CID = 8;
  static final int EPOCH = 0x8123_4567;
  static final int RXKAD = 2;
  static final int LAST = PacketFlags.LAST_PACKET;
  static final int RX_CALL_DEAD = -1;
  static final byte[] HELLO = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  final SecuredCell cell = new SecuredCell();
  final PacketScript script = new PacketScript(settings());
  HostedService service;
  int serial = 1000;
  private int serviceId;

  @BeforeEach
  void listen() {
    listen(SERVICE, cell.service());
  }

  /** From now on packets go to this service. */
  final void listen(int newServiceId, RxkadService demanded) {
    serviceId = newServiceId;
    service =
        script.endpoint.listen(
            serviceId,
            new HostedService.Options(
                4,
                10_000,
                10_000,
                HostedService.Charging.AUTOMATIC,
                PacketScript.TIMEOUTS,
                HostedService.NO_UPGRADE,
                List.of(demanded)));
  }

  @AfterEach
  void close() {
    script.close();
  }

  private static EndpointSettings settings() {
    EndpointSettings few = PacketScript.settings(4);
    return new EndpointSettings(
        few.limits(), 4, few.waitingCalls(), 2 * Reaper.MAX_UNVERIFIED, few.expiry());
  }

  ClientSecurity client(RxkadToken token, RxkadLevel level) throws Exception {
    return Rxkad.with(token, level).connect(EPOCH, CID).orElseThrow();
  }

  ClientSecurity alice(RxkadLevel level) throws Exception {
    return client(cell.token("alice"), level);
  }

  PacketHeader header(int cid, int callNumber, int seq, PacketType type, int flags, int sum) {
    return new PacketHeader(
        EPOCH,
        cid,
        callNumber,
        seq,
        serial++,
        type,
        flags | PacketFlags.CLIENT_INITIATED,
        0,
        RXKAD,
        sum,
        serviceId);
  }

  /** Returns a packet of a call on channel 0, as the client seals it. */
  DataPacket data(ClientSecurity client, int callNumber, int seq, int flags)
      throws SecurityViolationException {
    CallSecurity call = client.call(0, callNumber);
    byte[] payload = new byte[64];
    int length = call.seal(seq, ByteBuffer.wrap(HELLO), HELLO.length, payload);
    return data(CID, callNumber, seq, flags, call.checksum(seq), payload, length);
  }

  DataPacket data(
      int cid, int callNumber, int seq, int flags, int sum, byte[] payload, int length) {
    return new DataPacket(
        header(cid, callNumber, seq, PacketType.DATA, flags, sum),
        ByteBuffer.wrap(payload),
        0,
        length);
  }

  static Stream<ChallengePacket> challenges(List<Packet> packets) {
    return packets.stream()
        .filter(ChallengePacket.class::isInstance)
        .map(ChallengePacket.class::cast);
  }

  ChallengePacket challenge() {
    return challenges(script.sent()).findFirst().orElseThrow();
  }

  void respond(ClientSecurity client, ChallengePacket challenge, int... callNumbers)
      throws SecurityViolationException {
    int[] four = Arrays.copyOf(callNumbers, 4);
    byte[] body = client.respond(challenge.body(), four);
    script.receive(new ResponsePacket(header(CID, 0, 0, PacketType.RESPONSE, 0, 0), body));
  }

  /** Lets the client begin its first call and answer the challenge. */
  CallDriver begin(ClientSecurity client, int flags) throws Exception {
    script.receive(data(client, 1, 1, flags));
    respond(client, challenge(), 1);
    return service.tryAccept();
  }

  /** Reads all there is of a call; returns what it ends with. */
  Completion failureOf(CallDriver call) {
    ByteBuffer target = ByteBuffer.allocate(100);
    return catchThrowableOfType(
            CallEndedException.class,
            () -> {
              while (call.tryRead(target) > 0) {}
            })
        .completion();
  }
}
