package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A vlserver of OpenAFS believes our responses and packets, and we open its packets, at each level;
 * what it should not believe it refuses with the code that we would use.
 */
@NeedsCell
@OpenAfsOnly("is about what OpenAFS's servers make of single packets")
class RxkadOpenAfsIT {
  private static final int VL_PORT = 7003;
  private static final int VL_SERVICE = 52;
  private static final int GET_ENTRY_BY_NAME = 504;
  private static final int GET_NEW_VOLUME_ID = 505;
  private static final int NONCE_AT = 7; // its last byte, in a challenge
  private static final int ASN1_OVERRUN = 1_859_794_437;
  private static final int TIMEOUT_MILLIS = 20_000;

  private RxkadToken token;

  @BeforeEach
  void printToken() throws Exception {
    token = RxkadToken.printed(ServiceKeys.ofKeytab(RealCell.serviceKeytab()));
  }

  /** Has as much of Rx as one call with one packet each way needs. */
  private static final class OneCall {
    private final Rxkad rxkad;
    private final int epoch = new SecureRandom().nextInt() | 0x8000_0000;
    private final int cid = (new SecureRandom().nextInt() & 0x3fff_fffc) | 1;
    private final ClientSecurity security;
    private final CallSecurity call;
    private int serial;
    private int challenges;
    private boolean responseDamaged;
    private boolean answersAnOlderChallenge;

    OneCall(Rxkad rxkad) throws Exception {
      this.rxkad = rxkad;
      security = rxkad.connect(epoch, cid & ~3).orElseThrow();
      call = security.call(cid & 3, 1);
    }

    private ByteBuffer packet(PacketType type, int callNumber, int seq, int checksum, int flags) {
      ByteBuffer out = ByteBuffer.allocate(16_000);
      new PacketHeader(
              epoch,
              callNumber == 0 ? cid & ~3 : cid,
              callNumber,
              seq,
              ++serial,
              type,
              flags | PacketFlags.CLIENT_INITIATED,
              0,
              rxkad.index(),
              checksum,
              VL_SERVICE)
          .encode(out);
      return out;
    }

    byte[] lookUp(String volume) throws Exception {
      byte[] name = volume.getBytes(StandardCharsets.US_ASCII);
      ByteBuffer request =
          ByteBuffer.allocate(8 + (name.length + 3) / 4 * 4)
              .putInt(GET_ENTRY_BY_NAME)
              .putInt(name.length)
              .put(name)
              .rewind();
      return exchange(data(request));
    }

    /** Returns the packet that takes so many numbers of volumes; the reply says the first. */
    ByteBuffer takeVolumeNumbers(int count) throws Exception {
      return data(ByteBuffer.allocate(8).putInt(GET_NEW_VOLUME_ID).putInt(count).rewind());
    }

    private ByteBuffer data(ByteBuffer request) throws Exception {
      byte[] payload = sealed(request);
      return packet(PacketType.DATA, 1, 1, call.checksum(1), PacketFlags.LAST_PACKET).put(payload);
    }

    private byte[] sealed(ByteBuffer request) throws Exception {
      byte[] payload = new byte[1416];
      return Arrays.copyOf(payload, call.seal(1, request, request.remaining(), payload));
    }

    /** Returns two packets, the second of which is the first, but for its number. */
    ByteBuffer[] firstPacketAsSecondToo() throws Exception {
      int nameBytes = 8; // which the server looks for in the second packet
      byte[] payload =
          sealed(ByteBuffer.allocate(8).putInt(GET_ENTRY_BY_NAME).putInt(nameBytes).rewind());
      int sum = call.checksum(1);
      return new ByteBuffer[] {
        packet(PacketType.DATA, 1, 1, sum, 0).put(payload),
        packet(PacketType.DATA, 1, 2, sum, PacketFlags.LAST_PACKET).put(payload)
      };
    }

    byte[] exchange(ByteBuffer... packets) throws Exception {
      try (DatagramSocket socket = socket()) {
        for (ByteBuffer packet : packets) {
          send(socket, packet);
        }
        return reply(socket);
      }
    }

    static DatagramSocket socket() throws IOException {
      DatagramSocket socket = new DatagramSocket();
      socket.connect(new InetSocketAddress(RealCell.databaseServer(), VL_PORT));
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    }

    /** Returns what has come by now. */
    static List<Packet> waiting(DatagramSocket socket) throws Exception {
      List<Packet> packets = new ArrayList<>();
      socket.setSoTimeout(1);
      try {
        while (true) {
          packets.add(receive(socket));
        }
      } catch (SocketTimeoutException e) {
        return packets;
      }
    }

    private static Packet receive(DatagramSocket socket) throws Exception {
      DatagramPacket datagram = new DatagramPacket(new byte[16_000], 16_000);
      socket.receive(datagram);
      return PacketCodec.decode(ByteBuffer.wrap(datagram.getData(), 0, datagram.getLength()));
    }

    private byte[] reply(DatagramSocket socket) throws Exception {
      while (true) {
        switch (receive(socket)) {
          case ChallengePacket challenge -> respond(socket, challenge.body());
          case AbortPacket abort -> throw new IOException("abort " + abort.code());
          case DataPacket data -> {
            byte[] payload = new byte[data.length()];
            data.copyTo(payload, 0);
            int sum = data.header().checksum();
            int length = call.open(data.header().seq(), sum, payload, payload.length);
            return Arrays.copyOfRange(payload, call.headerBytes(), call.headerBytes() + length);
          }
          default -> {} // acknowledgements
        }
      }
    }

    private void respond(DatagramSocket socket, byte[] challenge) throws Exception {
      challenges++;
      if (answersAnOlderChallenge) {
        challenge[NONCE_AT] ^= 1;
      }
      byte[] response = security.respond(challenge, new int[] {0, 1, 0, 0});
      if (responseDamaged) {
        response[20] ^= 1;
      }
      send(socket, packet(PacketType.RESPONSE, 0, 0, 0, 0).put(response));
    }

    private static void send(DatagramSocket socket, ByteBuffer packet) throws IOException {
      socket.send(new DatagramPacket(packet.array(), packet.position()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerBelievesUsAndWeTheServer(RxkadLevel level) throws Exception {
    OneCall call = new OneCall(Rxkad.with(token, level));

    byte[] entry = call.lookUp("root.cell");

    assertThat(call.challenges).isEqualTo(1);
    assertThat(ByteBuffer.wrap(entry).getInt()).isEqualTo('r'); // a character to a word
    assertThat(ByteBuffer.wrap(entry).getInt(32)).isEqualTo('l');
  }

  @Test
  void aDamagedResponseIsRefusedWithTheCodeThatWeUse() throws Exception {
    OneCall call = new OneCall(Rxkad.with(token, RxkadLevel.CRYPT));
    call.responseDamaged = true;

    assertAborted(call, RxkadError.SEALED_INCONSISTENT);
  }

  @Test
  void aKeyThatIsNotTheTicketsIsRefusedWithTheCodeThatWeUse() throws Exception {
    RxkadToken wrong =
        RxkadToken.of("afs", token.ticketType(), token.ticket(), new byte[8], token.expiry());

    assertAborted(new OneCall(Rxkad.with(wrong, RxkadLevel.CRYPT)), RxkadError.SEALED_INCONSISTENT);
  }

  @Test
  void aTicketOfAnotherCellIsRefusedWithTheCodeThatWeUse() throws Exception {
    ServiceKeys others = ServiceKeys.ofKeytab(RecordedConnectionsTest.resource("rxkad.keytab"));

    assertAborted(
        new OneCall(Rxkad.with(RxkadToken.printed(others), RxkadLevel.CRYPT)),
        RxkadError.BAD_TICKET);
  }

  @Test
  void aVersionOfTheKeyThatTheServerDoesNotHaveIsRefusedWithTheCodeThatWeUse() throws Exception {
    EncryptedData good = EncryptedData.decode(token.ticket());
    byte[] ticket = new EncryptedData(good.enctype(), good.kvno() + 1, good.cipher()).encode();
    RxkadToken wrong =
        RxkadToken.of("afs", token.ticketType(), ticket, token.sessionKey(), token.expiry());

    assertAborted(new OneCall(Rxkad.with(wrong, RxkadLevel.CRYPT)), RxkadError.UNKNOWN_KEY);
  }

  /** The server says it with a number of its ASN.1 library, which we show as a bad ticket. */
  @Test
  void aTicketThatIsCutIsRefusedWithACodeThatWeKnow() throws Exception {
    byte[] cut = Arrays.copyOf(token.ticket(), token.ticket().length - 9);
    RxkadToken wrong =
        RxkadToken.of("afs", token.ticketType(), cut, token.sessionKey(), token.expiry());
    OneCall call = new OneCall(Rxkad.with(wrong, RxkadLevel.CRYPT));

    assertThatThrownBy(() -> call.lookUp("root.cell")).hasMessage("abort " + ASN1_OVERRUN);
    assertThat(RxkadError.fromAbortCode(ASN1_OVERRUN)).contains(RxkadError.BAD_TICKET);
  }

  @Test
  void anAnswerToAnOlderChallengeIsRefusedWithTheCodeThatWeUse() throws Exception {
    OneCall call = new OneCall(Rxkad.with(token, RxkadLevel.CRYPT));
    call.answersAnOlderChallenge = true;

    assertAborted(call, RxkadError.OUT_OF_SEQUENCE);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatComesAgainIsCarriedOutOnce(RxkadLevel level) throws Exception {
    Rxkad rxkad = Rxkad.with(token, level);
    OneCall call = new OneCall(rxkad);
    ByteBuffer request = call.takeVolumeNumbers(1);
    try (DatagramSocket socket = OneCall.socket()) {
      OneCall.send(socket, request);
      OneCall.send(socket, request);
      byte[] first = call.reply(socket);
      OneCall.send(socket, request);

      OneCall later = new OneCall(rxkad); // whose packets the server sees after all of these
      byte[] next = later.exchange(later.takeVolumeNumbers(0));

      assertThat(ByteBuffer.wrap(next).getInt()).isEqualTo(ByteBuffer.wrap(first).getInt() + 1);
      assertThat(OneCall.waiting(socket)).noneMatch(AbortPacket.class::isInstance);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPacketInThePlaceOfAnotherIsRefusedWithTheCodeThatWeUse(RxkadLevel level) throws Exception {
    OneCall call = new OneCall(Rxkad.with(token, level));

    assertThatThrownBy(() -> call.exchange(call.firstPacketAsSecondToo()))
        .isInstanceOf(IOException.class)
        .hasMessage("abort " + RxkadError.SEALED_INCONSISTENT.abortCode());
  }

  private static void assertAborted(OneCall call, RxkadError error) {
    assertThatThrownBy(() -> call.lookUp("root.cell"))
        .isInstanceOf(IOException.class)
        .hasMessage("abort " + error.abortCode());
  }
}
