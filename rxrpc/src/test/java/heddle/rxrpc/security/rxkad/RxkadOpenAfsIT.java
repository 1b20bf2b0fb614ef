package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.RealCell;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A vlserver of OpenAFS believes our responses and packets, and we open its packets, at each level;
 * what it should not believe it refuses with the code that we would use.
 */
@NeedsCell
class RxkadOpenAfsIT {
  private static final int VL_PORT = 7003;
  private static final int VL_SERVICE = 52;
  private static final int GET_ENTRY_BY_NAME = 504;
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

    OneCall(Rxkad rxkad) throws RxkadException {
      this.rxkad = rxkad;
      security = rxkad.connect(epoch, cid & ~3).orElseThrow();
      call = security.call(cid & 3, 1);
    }

    private ByteBuffer packet(PacketType type, int callNumber, int checksum, int flags) {
      ByteBuffer out = ByteBuffer.allocate(16_000);
      new PacketHeader(
              epoch,
              callNumber == 0 ? cid & ~3 : cid,
              callNumber,
              callNumber,
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
      byte[] payload = new byte[1416];
      int length = call.seal(1, request, request.remaining(), payload);
      ByteBuffer data =
          packet(PacketType.DATA, 1, call.checksum(1), PacketFlags.LAST_PACKET)
              .put(payload, 0, length);
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(new InetSocketAddress(RealCell.databaseServer(), VL_PORT));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        send(socket, data);
        return reply(socket);
      }
    }

    private byte[] reply(DatagramSocket socket) throws Exception {
      while (true) {
        DatagramPacket datagram = new DatagramPacket(new byte[16_000], 16_000);
        socket.receive(datagram);
        ByteBuffer bytes = ByteBuffer.wrap(datagram.getData(), 0, datagram.getLength());
        switch (PacketCodec.decode(bytes)) {
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
      byte[] response = security.respond(challenge, new int[] {0, 1, 0, 0});
      if (responseDamaged) {
        response[20] ^= 1;
      }
      send(socket, packet(PacketType.RESPONSE, 0, 0, 0).put(response));
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

  private static void assertAborted(OneCall call, RxkadError error) {
    assertThatThrownBy(() -> call.lookUp("root.cell"))
        .isInstanceOf(IOException.class)
        .hasMessage("abort " + error.abortCode());
  }
}
