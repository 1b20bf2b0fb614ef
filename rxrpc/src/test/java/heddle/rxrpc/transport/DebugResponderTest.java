package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.PacketVector;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions as OpenAFS's rxdebug asks them, and what must not be answered. */
class DebugResponderTest {
  private static final InetSocketAddress ASKER = new InetSocketAddress("192.0.2.99", 40_000);
  private static final int CLIENT_LAST = PacketFlags.CLIENT_INITIATED | PacketFlags.LAST_PACKET;

  private final PacketScript script = script(Diagnosis.ALL);

  private static PacketScript script(Diagnosis diagnosis) {
    return new PacketScript(PacketScript.settings(diagnosis, 0));
  }

  private static ByteBuffer packet(PacketType type, int flags, byte... body) {
    ByteBuffer packet = ByteBuffer.allocate(PacketHeader.LENGTH + body.length);
    new PacketHeader(999, 0, 101, 0, 0, type, flags, 0, 0, 0, 0).encode(packet);
    return packet.put(body).flip();
  }

  private static ByteBuffer question(int type, int index) {
    byte[] body = ByteBuffer.allocate(8).putInt(type).putInt(index).array();
    return packet(PacketType.DEBUG, CLIENT_LAST, body);
  }

  private static List<PacketScript.Sent> ask(PacketScript whom, ByteBuffer question) {
    whom.receiveFrom(ASKER, question);
    return whom.sentDatagrams();
  }

  /** Returns the one answer, its header checked and passed. */
  private ByteBuffer answer(ByteBuffer question) throws Exception {
    List<PacketScript.Sent> sent = ask(script, question);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).to()).isEqualTo(ASKER);
    ByteBuffer answer = sent.get(0).datagram();
    PacketHeader asked = PacketHeader.decode(question.duplicate());
    assertThat(PacketHeader.decode(answer)).isEqualTo(asked.withFlags(PacketFlags.LAST_PACKET));
    return answer;
  }

  @Test
  void versionIsAnsweredIn65Bytes() throws Exception {
    ByteBuffer answer = answer(PacketVector.named("version-client").buffer());
    byte[] text = new byte[65];
    assertThat(answer.remaining()).isEqualTo(text.length);
    answer.get(text);
    assertThat(new String(text, StandardCharsets.US_ASCII))
        .startsWith(PacketScript.VERSION + "\0")
        .endsWith("\0");
  }

  /** The lengths are those of the structures of OpenAFS 1.8.9, from captures of its answers. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, debug-server",
    "2, 0, debug-server-3",
    "3, 0, debug-server-3",
    "4, 0, debug-server-4",
    "5, 0, debug-server-2"
  })
  void answersAreAsLongAsThoseOfOpenAfs(int type, int index, String sample) throws Exception {
    int length = PacketVector.named(sample).buffer().remaining() - PacketHeader.LENGTH;
    assertThat(answer(question(type, index)).remaining()).isEqualTo(length);
  }

  @Test
  void questionOfRxdebugItselfIsAnsweredWithTheFormatThatItKnows() throws Exception {
    ByteBuffer answer = answer(PacketVector.named("debug-client").buffer());
    assertThat(answer.get(answer.position() + 14)).isEqualTo((byte) 'S');
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6, -1, Integer.MIN_VALUE})
  void unknownQuestionIsSaidToBe(int type) throws Exception {
    ByteBuffer answer = answer(question(type, 0));
    assertThat(answer.remaining()).isEqualTo(8);
    assertThat(answer.getInt()).isEqualTo(-8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void rowsEndWithOneThatSaysSo(int index) throws Exception {
    ByteBuffer connection = answer(question(3, index));
    assertThat(connection.getInt(connection.position() + 4)).isEqualTo(-1);
    ByteBuffer peer = answer(question(5, index));
    assertThat(peer.getInt(peer.position())).isEqualTo(-1);
  }

  @Test
  void whatNoClientAskedIsNotAnswered() {
    assertThat(ask(script, packet(PacketType.DEBUG, 0, new byte[8]))).isEmpty();
    assertThat(ask(script, packet(PacketType.VERSION, PacketFlags.LAST_PACKET, (byte) 0)))
        .isEmpty();
  }

  /** Linux answers a sign of life with its version, as from a client. */
  @Test
  void versionOfOthersIsNotAnswered() {
    byte[] linux = "linux-6.18 AF_RXRPC".getBytes(StandardCharsets.US_ASCII);
    assertThat(ask(script, packet(PacketType.VERSION, CLIENT_LAST, linux))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void tooShortAQuestionIsNotAnswered(int length) {
    assertThat(ask(script, packet(PacketType.DEBUG, CLIENT_LAST, new byte[length]))).isEmpty();
  }

  @Test
  void onlyTheVersionIsToldWhereNoMoreIsAllowed() {
    try (PacketScript discreet = script(Diagnosis.VERSION_ONLY)) {
      assertThat(ask(discreet, question(1, 0))).isEmpty();
      assertThat(ask(discreet, PacketVector.named("version-client").buffer())).hasSize(1);
    }
  }

  @Test
  void nothingIsToldWhereNothingIsAllowed() {
    try (PacketScript silent = script(Diagnosis.NONE)) {
      assertThat(ask(silent, question(1, 0))).isEmpty();
      assertThat(ask(silent, PacketVector.named("version-client").buffer())).isEmpty();
    }
  }

  @Test
  void manyQuestionsGetNoMoreAnswersThanTheBudgetHas() {
    int answers = 0;
    for (int i = 0; i < 3000; i++) {
      answers += ask(script, question(4, 0)).size();
    }
    assertThat(answers).isEqualTo(2000);
    assertThat(script.endpoint.statistics().faults().questionsRefused()).isEqualTo(1000);
    script.pass(2_000_000);
    assertThat(ask(script, question(4, 0))).hasSize(1);
    assertThat(ask(script, question(4, 0))).hasSize(1);
    assertThat(ask(script, question(4, 0))).isEmpty();
  }
}
