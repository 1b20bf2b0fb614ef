package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ServiceHandshake.Accepted;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import heddle.rxrpc.testkit.PcapReader;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.ResponsePacket;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections of OpenAFS 1.8.9 as they were on the wire, with the keys of that cell: afsd.fuse with
 * alice's token at a vlserver and two file servers, and pts and vos with {@code -localauth}.
 */
class RecordedConnectionsTest {
  private static final InstantSource THEN =
      InstantSource.fixed(Instant.parse("2026-11-21T05:00:00Z"));

  /** One connection of the recording. */
  static final class Recorded {
    final Place place;
    byte[] challenge = {};
    byte[] response = {};
    final List<DataPacket> data = new ArrayList<>();

    Recorded(Place place) {
      this.place = place;
    }

    Accepted verify(ServiceKeys keys) throws RxkadException {
      RxkadService service = RxkadService.with(keys).clock(THEN);
      return new RxkadHandshake(service, RxkadChallenge.decode(challenge), place).verify(response);
    }

    @Override
    public String toString() {
      return place + " with " + data.size() + " packets";
    }
  }

  static List<Recorded> connections() throws Exception {
    Map<Place, Recorded> connections = new LinkedHashMap<>();
    for (PcapReader.Datagram datagram : PcapReader.read(resource("openafs-1.8.9.pcap"))) {
      Packet packet = decoded(datagram);
      PacketHeader header = packet.header();
      Recorded recorded =
          connections.computeIfAbsent(
              new Place(header.epoch(), header.connectionId()), Recorded::new);
      switch (packet) {
        case ChallengePacket challenge -> recorded.challenge = challenge.body();
        case ResponsePacket response -> recorded.response = response.body();
        case DataPacket data -> recorded.data.add(data);
        case AbortPacket abort -> throw new AssertionError("recorded: " + abort);
        default -> {}
      }
    }
    return List.copyOf(connections.values());
  }

  private static Packet decoded(PcapReader.Datagram datagram) throws MalformedPacketException {
    return PacketCodec.decode(datagram.buffer());
  }

  static Path resource(String name) throws URISyntaxException {
    return Path.of(RecordedConnectionsTest.class.getResource(name).toURI());
  }

  private static ServiceKeys keytab() throws IOException, URISyntaxException {
    return ServiceKeys.ofKeytab(resource("rxkad.keytab"));
  }

  private static byte[] payload(DataPacket data) {
    byte[] payload = new byte[data.length()];
    data.copyTo(payload, 0);
    return payload;
  }

  @Test
  void callersAreWhoTheyWere() throws Exception {
    List<String> callers = new ArrayList<>();
    for (Recorded recorded : connections()) {
      callers.add(recorded.verify(keytab()).caller().getName());
    }

    assertThat(callers)
        .containsExactly(
            "alice@TEST.EXAMPLE",
            "alice@TEST.EXAMPLE",
            "alice@TEST.EXAMPLE",
            "alice@TEST.EXAMPLE",
            "afs",
            "afs",
            "afs",
            "afs",
            "afs");
  }

  @ParameterizedTest
  @MethodSource("connections")
  void responsesAreGoodWithEitherFileOfKeys(Recorded recorded) throws Exception {
    Accepted byKeytab = recorded.verify(keytab());
    Accepted byKeyFileExt = recorded.verify(ServiceKeys.ofKeyFileExt(resource("KeyFileExt")));

    assertThat(byKeytab.caller()).isEqualTo(byKeyFileExt.caller());
    assertThat(byKeytab.callNumbers()).hasSize(4).contains(1);
  }

  @ParameterizedTest
  @MethodSource("connections")
  void packetsOfBothSidesOpenAndSealToTheSameBytes(Recorded recorded) throws Exception {
    var security = recorded.verify(keytab()).security();
    assertThat(recorded.data).hasSizeGreaterThan(1);
    for (DataPacket data : recorded.data) {
      PacketHeader header = data.header();
      CallSecurity call = security.call(header.channel(), header.callNumber());
      byte[] packet = payload(data);

      int userBytes = call.open(header.seq(), header.checksum(), packet, packet.length);

      ByteBuffer user = ByteBuffer.wrap(packet.clone(), call.headerBytes(), userBytes);
      byte[] again = new byte[packet.length + 8];
      int payloadBytes = call.seal(header.seq(), user, userBytes, again);
      assertThat(payloadBytes).isEqualTo(data.length());
      assertThat(Arrays.copyOf(again, payloadBytes / 8 * 8 - 8))
          .isEqualTo(Arrays.copyOf(payload(data), payloadBytes / 8 * 8 - 8));
    }
  }

  /** What a client sends first is an operation of the server, whose numbers are small. */
  @ParameterizedTest
  @MethodSource("connections")
  void requestsBeginWithAnOperation(Recorded recorded) throws Exception {
    var security = recorded.verify(keytab()).security();
    for (DataPacket data : recorded.data) {
      PacketHeader header = data.header();
      if (header.clientInitiated() && header.seq() == 1) {
        CallSecurity call = security.call(header.channel(), header.callNumber());
        byte[] packet = payload(data);
        int unused = call.open(1, header.checksum(), packet, packet.length);
        assertThat(ByteBuffer.wrap(packet).getInt(call.headerBytes())).isBetween(100, 70_000);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("connections")
  void theSameResponseIsMadeToTheSameChallenge(Recorded recorded) throws Exception {
    RxkadResponse response = RxkadResponse.parse(recorded.response);
    ServiceTicket ticket =
        new TicketReader(keytab(), DottedNames.REFUSED, SingleDes.REFUSED)
            .read(response.ticketType(), response.ticket(), THEN.millis() / 1000);
    RxkadResponse.Sealed sealed = response.open(ticket.key(), recorded.place);
    RxkadLevel level = RxkadLevel.fromWire(sealed.level()).orElseThrow();
    RxkadToken token =
        RxkadToken.of(
            "alice",
            response.ticketType(),
            response.ticket(),
            ticket.key().toBytes(),
            Instant.ofEpochSecond(ticket.endSeconds()));
    Place place = recorded.place;

    byte[] again =
        Rxkad.with(token, level)
            .connect(place.epoch(), place.connectionId())
            .orElseThrow()
            .respond(recorded.challenge, sealed.callNumbers());

    assertThat(again).isEqualTo(recorded.response);
  }
}
