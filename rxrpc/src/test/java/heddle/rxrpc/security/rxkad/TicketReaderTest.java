package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.security.rxkad.RxkadAssertions.assertError;
import static heddle.rxrpc.security.rxkad.TestCell.KVNO;
import static heddle.rxrpc.security.rxkad.TestCell.NOW_SECONDS;
import static heddle.rxrpc.security.rxkad.TestCell.encryptedPart;
import static heddle.rxrpc.security.rxkad.TestCell.hex;
import static heddle.rxrpc.security.rxkad.TestCell.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.TicketPart;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets are read as OpenAFS reads them, and refused with its codes. */
class TicketReaderTest {
  private static final Enctype BEST = Enctype.AES256_CTS_HMAC_SHA1_96;
  private static final long DAY = 24 * 3600;

  @TempDir private Path directory;
  private ServiceKeys keys;
  private TicketReader reader;

  @BeforeEach
  void makeKeys() throws Exception {
    keys = TestCell.keys(directory);
    reader = new TicketReader(keys, DottedNames.REFUSED, SingleDes.REFUSED);
  }

  private ServiceTicket read(TicketPart part) throws Exception {
    return read(encryptedPart(part, BEST, KVNO));
  }

  private ServiceTicket read(byte[] encryptedPart) throws RxkadException {
    return reader.read(ServiceTicket.KERBEROS_5_ENCRYPTED_PART, encryptedPart, NOW_SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void ticketsOfEachTypeOfServiceKeyAreRead(Enctype enctype) throws Exception {
    ServiceTicket ticket = read(encryptedPart(part("alice"), enctype, KVNO));

    assertThat(ticket.client()).isEqualTo(new RxkadPrincipal("alice", "", "TEST.EXAMPLE"));
    assertThat(ticket.endSeconds()).isEqualTo(NOW_SECONDS + 3600);
    assertThat(ticket.key().toBytes())
        .isEqualTo(SessionKeys.derive(17, TestCell.SESSION_KEY).toBytes());
  }

  @Test
  void wholeTicketsAreRead() throws Exception {
    byte[] whole = TestCell.whole(TestCell.ticketOfAlice());

    ServiceTicket ticket = reader.read(ServiceTicket.KERBEROS_5, whole, NOW_SECONDS);

    assertThat(ticket.client().name()).isEqualTo("alice");
    assertError(() -> read(whole), RxkadError.BAD_TICKET);
    assertError(
        () -> reader.read(ServiceTicket.KERBEROS_5, TestCell.ticketOfAlice(), NOW_SECONDS),
        RxkadError.BAD_TICKET);
  }

  @Test
  void aTicketForAnotherVersionOfKerberosIsRefused() throws Exception {
    byte[] whole = TestCell.whole(TestCell.ticketOfAlice());
    whole[12] = 4;

    assertThatThrownBy(() -> reader.read(ServiceTicket.KERBEROS_5, whole, NOW_SECONDS))
        .hasMessageContaining("version 4");
  }

  @Test
  void aKeyThatIsNotThereIsUnknown() throws Exception {
    byte[] ticket = encryptedPart(part("alice"), BEST, KVNO + 1);

    assertError(() -> read(ticket), RxkadError.UNKNOWN_KEY);
    assertThatThrownBy(() -> read(ticket))
        .hasMessageContaining("no key with kvno 8 of aes256-cts-hmac-sha1-96 (18)");
  }

  @ParameterizedTest
  @CsvSource({
    "1, single DES was broken",
    "3, single DES was broken",
    "19, of types 18",
    "20, of types 18",
    "25, of types 18",
    "-5, of types 18"
  })
  void aTypeThatNoServiceKeyMayHaveIsUnknownAndTheMessageSaysWhy(int enctype, String why) {
    byte[] ticket = new EncryptedData(enctype, KVNO, new byte[64]).encode();

    assertError(() -> read(ticket), RxkadError.UNKNOWN_KEY);
    assertThatThrownBy(() -> read(ticket)).hasMessageContaining(why);
  }

  @Test
  void theTicketOfAnotherCellIsBad() throws Exception {
    byte[] ticket = TestCell.ticketOfAlice();
    ticket[ticket.length - 1] ^= 1; // its key is not ours, so its checksum is not either

    assertError(() -> read(ticket), RxkadError.BAD_TICKET);
  }

  @Test
  void aTicketCutAnywhereIsBad() throws Exception {
    byte[] whole = TestCell.whole(TestCell.ticketOfAlice());
    for (int i = 0; i < whole.length; i++) {
      byte[] cut = Arrays.copyOf(whole, i);
      assertError(
          () -> reader.read(ServiceTicket.KERBEROS_5, cut, NOW_SECONDS), RxkadError.BAD_TICKET);
    }
  }

  @Test
  void aTicketThatIsNotValidatedIsNotAuthorized() {
    assertError(
        () -> read(part(TestCell.FLAG_INVALID, NOW_SECONDS, NOW_SECONDS + 60, "alice")),
        RxkadError.NO_AUTH);
  }

  @Test
  void ticketsAreGoodFromTheirStartToTheirEndWithinSomeSkew() throws Exception {
    assertThat(read(part(0, NOW_SECONDS, NOW_SECONDS + 1, "alice"))).isNotNull();
    assertThat(read(part(0, NOW_SECONDS - 9, NOW_SECONDS, "alice"))).isNotNull();
    assertThat(read(part(0, NOW_SECONDS + 900, NOW_SECONDS + 901, "alice"))).isNotNull();
    assertThat(read(part(0, NOW_SECONDS - 29 * DAY, NOW_SECONDS + DAY, "alice"))).isNotNull();

    assertError(() -> read(part(0, NOW_SECONDS - 9, NOW_SECONDS - 1, "a")), RxkadError.EXPIRED);
    assertError(() -> read(part(0, NOW_SECONDS + 901, NOW_SECONDS + 999, "a")), RxkadError.NO_AUTH);
    assertError(
        () -> read(part(0, NOW_SECONDS - 29 * DAY, NOW_SECONDS + DAY + 1, "a")),
        RxkadError.BAD_TICKET);
    assertError(() -> read(part(0, NOW_SECONDS, NOW_SECONDS, "a")), RxkadError.BAD_TICKET);
    assertError(
        () -> read(part(0, NOW_SECONDS + 31 * DAY, NOW_SECONDS + 32 * DAY, "a")),
        RxkadError.BAD_TICKET);
  }

  @Test
  void whatServersPrintForThemselvesLastsAsLongAsItSays() throws Exception {
    ServiceTicket ticket = read(part(0, 0, Integer.MAX_VALUE, "afs"));

    assertThat(ticket.endSeconds()).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "alice, , alice@TEST.EXAMPLE",
    "alice, admin, alice.admin@TEST.EXAMPLE",
    "host, www.test.example, rcmd.www@TEST.EXAMPLE",
    "imap, mail.test.example, imap.mail@TEST.EXAMPLE",
    "zephyr, zephyr.x, zephyr.zephyr.x@TEST.EXAMPLE"
  })
  void namesAreThoseOfKerberos4(String first, String second, String expected) throws Exception {
    TicketPart part = second == null ? part(first) : part(first, second);

    assertThat(read(part).client()).hasToString(expected);
  }

  @Test
  void namesThatAfsCannotTellApartAreBad() throws Exception {
    assertError(() -> read(part("root.admin")), RxkadError.BAD_TICKET);
    assertError(() -> read(part("host", "www")), RxkadError.BAD_TICKET);
    assertError(() -> read(part("a", "b", "c")), RxkadError.BAD_TICKET);
    assertError(() -> read(part("")), RxkadError.BAD_TICKET);
    assertError(() -> read(part()), RxkadError.BAD_TICKET);
    assertError(() -> read(part("a".repeat(64))), RxkadError.BAD_TICKET);
    assertThat(read(part("a".repeat(63))).client().name()).hasSize(63);

    reader = new TicketReader(keys, DottedNames.ACCEPTED, SingleDes.REFUSED);
    assertThat(read(part("root.admin")).client().name()).isEqualTo("root.admin");
  }

  /** Expected: HMAC-MD5 of 01 "rxkad" 00 00000040 by Python's hmac, with odd parity. */
  @ParameterizedTest
  @CsvSource({
    "16, 850bb51358548cd05e86768c313e3bfef7511937dcf72c3e, 07f2340443cd5b54",
    "17, 000102030405060708090a0b0c0d0e0f, 07838c58c11c64ab",
    "19, 000102030405060708090a0b0c0d0e0f, 07838c58c11c64ab",
    "23, 000102030405060708090a0b0c0d0e0f, 07838c58c11c64ab",
    "18, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, b60db5e30b266b16",
    "20, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, b60db5e30b266b16",
    "1, 0102030405060708, 0102030405060708",
    "3, 0102030405060708, 0102030405060708"
  })
  void sessionKeysOfEveryTypeGiveAKey(int enctype, String key, String expected) throws Exception {
    byte[] derived = SessionKeys.derive(enctype, hex(key)).toBytes();

    assertThat(HexFormat.of().formatHex(derived)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 16", "4, 16", "8, 16", "15, 16", "-1, 16", "17, 6", "16, 23", "1, 7", "3, 16"})
  void sessionKeysThatAreNoneAreRefused(int enctype, int bytes) {
    assertError(() -> SessionKeys.derive(enctype, new byte[bytes]), RxkadError.BAD_TICKET);
  }

  @Test
  void theTicketItselfIsRefusedWhenItsSessionKeyIs() {
    TicketPart part =
        new TicketPart(0, 4, new byte[16], "R", List.of("alice"), NOW_SECONDS, NOW_SECONDS + 9);

    assertError(() -> read(part), RxkadError.BAD_TICKET);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sessionKeysOfSingleDesAreForPrintedTicketsOnlyUnlessTheyAreAccepted(int enctype)
      throws Exception {
    byte[] key = hex("0123456789abcdef");
    List<String> name = List.of("alice");
    TicketPart part = new TicketPart(0, enctype, key, "R", name, NOW_SECONDS, NOW_SECONDS + 9);
    byte[] printed = encryptedPart(part, BEST, KVNO);
    byte[] ofKdc = TestCell.whole(printed);
    var accepting = new TicketReader(keys, DottedNames.REFUSED, SingleDes.ACCEPTED);

    assertError(
        () -> reader.read(ServiceTicket.KERBEROS_5, ofKdc, NOW_SECONDS), RxkadError.BAD_KEY);
    assertThatThrownBy(() -> reader.read(ServiceTicket.KERBEROS_5, ofKdc, NOW_SECONDS))
        .hasMessageContaining("single DES");
    assertThat(read(printed).key().toBytes()).isEqualTo(key);
    assertThat(accepting.read(ServiceTicket.KERBEROS_5, ofKdc, NOW_SECONDS).key().toBytes())
        .isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aTokenOfAKdcWithASessionKeyOfSingleDesIsRefused(int enctype) {
    assertError(
        () -> RxkadToken.ofKerberos("a", new byte[64], enctype, new byte[8], Instant.MAX),
        RxkadError.BAD_KEY);
    assertThatThrownBy(
            () -> RxkadToken.ofKerberos("a", new byte[64], enctype, new byte[8], Instant.MAX))
        .hasMessageContaining("single DES");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 255, 257, -1})
  void ticketsOfKerberos4NeedAKeyOfSingleDes(int kvno) {
    assertError(() -> reader.read(kvno, new byte[64], NOW_SECONDS), RxkadError.UNKNOWN_KEY);
  }
}
