package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.security.rxkad.RxkadAssertions.assertError;
import static heddle.rxrpc.security.rxkad.TestCell.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tickets of Kerberos 4, as old servers print them for themselves, are read. */
class Kerberos4TicketTest {
  static final byte[] KEY = hex("0123456789abcdef");
  private static final byte[] SESSION_KEY = hex("fedcba9876543210");
  private static final int FOREVER = 0xff;
  private static final long NOW = TestCell.NOW_SECONDS;

  private static byte[] ticket(ByteOrder order, int lifetime, long start, String... names)
      throws Exception {
    return encrypted(plain(order, lifetime, start, names));
  }

  /** Returns what a ticket holds. */
  static byte[] plain(ByteOrder order, int lifetime, long start, String... names) {
    var out = new ByteArrayOutputStream();
    out.write(order == ByteOrder.LITTLE_ENDIAN ? 1 : 0);
    for (String name : names) {
      out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
      out.write(0);
    }
    out.writeBytes(new byte[4]);
    out.writeBytes(SESSION_KEY);
    out.write(lifetime);
    out.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) start).array());
    out.writeBytes("afs\0\0".getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(out.toByteArray(), (out.size() + 7) / 8 * 8);
  }

  static byte[] encrypted(byte[] plain) throws Exception {
    Cipher cipher = Cipher.getInstance("DES/PCBC/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "DES"), new IvParameterSpec(KEY));
    return cipher.doFinal(plain);
  }

  /** Of the Linux kernel, net/rxrpc/tests/rxrpc_kunit.c. */
  @Test
  void desInPcbcModeGivesTheKnownVector() throws Exception {
    byte[] decrypted =
        Kerberos4Ticket.decrypt(
            hex("0001020304050607"),
            hex("fffefdfcfbfaf9f8"),
            hex("000102030405060708090a0b0c0d0e0f1011121314151617"));

    assertThat(decrypted).isEqualTo(hex("c8e23cdf80618aada552b42074321fe42c157d2157da3f31"));
  }

  @Test
  void ticketsOfEitherByteOrderAreRead() throws Exception {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] ticket = ticket(order, 12, NOW - 60, "alice", "admin", "TEST.EXAMPLE");

      ServiceTicket read = Kerberos4Ticket.read(KEY, ticket, NOW);

      assertThat(read.client()).hasToString("alice.admin@TEST.EXAMPLE");
      assertThat(read.key().toBytes()).isEqualTo(SESSION_KEY);
      assertThat(read.endSeconds()).isEqualTo(NOW - 60 + 3600);
    }
  }

  @Test
  void whatServersPrintForThemselvesNeverExpires() throws Exception {
    byte[] ticket = ticket(ByteOrder.BIG_ENDIAN, FOREVER, 0, "afs", "", "");

    ServiceTicket read = Kerberos4Ticket.read(KEY, ticket, NOW);

    assertThat(read.client().isSuperuser()).isTrue();
    assertThat(read.endSeconds()).isEqualTo(RxkadConnection.NEVER_SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 300",
    "127, 38100",
    "128, 38400",
    "129, 41055",
    "140, 85658",
    "160, 326213",
    "190, 2424367",
    "191, 2592000",
    "192, 2592000",
    "254, 2592000"
  })
  void lifetimesAreThoseOfTheTable(int lifetime, long seconds) {
    assertThat(Kerberos4Ticket.end(1000, lifetime)).isEqualTo(1000 + seconds);
  }

  @Test
  void expiredAndFutureTicketsAreRefused() throws Exception {
    byte[] expired = ticket(ByteOrder.BIG_ENDIAN, 1, NOW - 1201, "alice", "", "R");
    byte[] withinSkew = ticket(ByteOrder.BIG_ENDIAN, 1, NOW - 1200, "alice", "", "R");
    byte[] longAgo = ticket(ByteOrder.BIG_ENDIAN, 1, 1, "alice", "", "R");
    byte[] later = ticket(ByteOrder.BIG_ENDIAN, 1, NOW + 901, "alice", "", "R");

    assertThat(Kerberos4Ticket.read(KEY, withinSkew, NOW).client().name()).isEqualTo("alice");
    assertError(() -> Kerberos4Ticket.read(KEY, expired, NOW), RxkadError.EXPIRED);
    assertError(() -> Kerberos4Ticket.read(KEY, longAgo, NOW), RxkadError.BAD_TICKET);
    assertError(() -> Kerberos4Ticket.read(KEY, later, NOW), RxkadError.NO_AUTH);
  }

  @Test
  void damagedTicketsAreBad() throws Exception {
    byte[] noName = ticket(ByteOrder.BIG_ENDIAN, FOREVER, 0, "", "", "R");
    byte[] longName = ticket(ByteOrder.BIG_ENDIAN, FOREVER, 0, "a".repeat(64), "", "R");
    byte[] good = ticket(ByteOrder.BIG_ENDIAN, FOREVER, 0, "alice", "", "TEST.EXAMPLE");
    byte[] noEnd = encrypted("\0alice".concat("x".repeat(34)).getBytes(StandardCharsets.US_ASCII));
    String twoNames = "\1" + "a".repeat(20) + "\0" + "b".repeat(9) + "\0";
    byte[] endsWithAName = encrypted(twoNames.getBytes(StandardCharsets.US_ASCII));

    assertError(() -> Kerberos4Ticket.read(KEY, endsWithAName, NOW), RxkadError.BAD_TICKET);
    assertError(() -> Kerberos4Ticket.read(KEY, noName, NOW), RxkadError.BAD_TICKET);
    assertError(() -> Kerberos4Ticket.read(KEY, longName, NOW), RxkadError.BAD_TICKET);
    assertError(() -> Kerberos4Ticket.read(KEY, noEnd, NOW), RxkadError.BAD_TICKET);
    assertError(
        () -> Kerberos4Ticket.read(KEY, Arrays.copyOf(good, 35), NOW), RxkadError.BAD_TICKET);
    assertError(
        () -> Kerberos4Ticket.read(KEY, Arrays.copyOf(good, 32), NOW), RxkadError.BAD_TICKET);
    assertError(
        () -> Kerberos4Ticket.read(KEY, Arrays.copyOf(good, good.length + 8), NOW),
        RxkadError.BAD_TICKET);
  }

  @Test
  void badKeysAreRefused() throws Exception {
    byte[] ticket = ticket(ByteOrder.BIG_ENDIAN, FOREVER, 0, "alice", "", "R");

    assertError(
        () -> Kerberos4Ticket.read(hex("0022446688aaccee"), ticket, NOW), RxkadError.BAD_KEY);
    assertError(
        () -> Kerberos4Ticket.read(hex("0101010101010101"), ticket, NOW), RxkadError.BAD_KEY);
  }
}
