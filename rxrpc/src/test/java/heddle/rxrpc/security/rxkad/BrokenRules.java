package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.TicketPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Challenges and responses that each break one rule, and nothing else. */
public final class BrokenRules {
  private static final long NOW = TestCell.NOW_SECONDS;
  private static final long WEAK_KEY = 0x0101_0101_0101_0101L;
  private static final long DES_KEY = 0x0123_4567_89ab_cdefL;
  private static final int WEAK_KVNO = 3;
  private static final int DES_KVNO = 4;
  private static final int LEVEL_AT_CHALLENGE = 8;
  private static final int TICKET_LENGTH_AT = 52;
  private static final int KIND_AT_SEALED = 20;

  private BrokenRules() {}

  /** Returns a challenge to a client at level auth. */
  public static byte[] challenge(Violation violation) {
    byte[] good = new RxkadChallenge(4711, RxkadLevel.CLEAR).encode();
    return switch (violation) {
      case CHALLENGE_TOO_SHORT -> Arrays.copyOf(good, good.length - 1);
      case CHALLENGE_OF_ANOTHER_VERSION -> ByteBuffer.wrap(good).putInt(3).array();
      case CHALLENGE_LEVEL_UNKNOWN -> ByteBuffer.wrap(good).putInt(LEVEL_AT_CHALLENGE, 3).array();
      case FLOOR_TOO_HIGH -> new RxkadChallenge(4711, RxkadLevel.CRYPT).encode();
      default -> throw new AssertionError(violation);
    };
  }

  /** Returns a service at level crypt that has the keys for the tickets of all responses. */
  public static RxkadService service(SecuredCell cell, Violation violation) throws IOException {
    RxkadService service =
        switch (violation) {
          case TICKET_OF_WEAK_KEY, TICKET_EXPIRED_LONG_AGO -> serviceOfOldCell();
          default -> cell.service();
        };
    return service.floor(RxkadLevel.CRYPT);
  }

  private static RxkadService serviceOfOldCell() throws IOException {
    Path file = Files.createTempFile("KeyFile", "");
    try {
      ByteBuffer keyFile = ByteBuffer.allocate(28).putInt(2);
      keyFile.putInt(WEAK_KVNO).putLong(WEAK_KEY).putInt(DES_KVNO).putLong(DES_KEY);
      Files.write(file, keyFile.array());
      return RxkadService.with(ServiceKeys.ofKeyFile(file, SingleDes.ACCEPTED));
    } finally {
      Files.delete(file);
    }
  }

  /** Returns the answer to a challenge of {@link #service}. */
  public static byte[] response(Violation violation, byte[] challenge, int epoch, int connectionId)
      throws Exception {
    int nonce = RxkadChallenge.decode(challenge).nonce() + 1;
    int[] callNumbers = {1, 0, 0, 0};
    var good = new RxkadResponse.Sealed(callNumbers, nonce, RxkadLevel.CRYPT.wireValue());
    byte[] ticket = TestCell.ticketOfAlice();
    var place = new RxkadConnection.Place(epoch, connectionId);
    byte[] body = make(place, good, ticket);
    return switch (violation) {
      case RESPONSE_TOO_SHORT -> Arrays.copyOf(body, 55);
      case RESPONSE_OF_ANOTHER_VERSION -> ByteBuffer.wrap(body).putInt(3).array();
      case RESPONSE_CHECKSUM_WRONG -> ByteBuffer.wrap(body).putInt(KIND_AT_SEALED, 1).array();
      case RESPONSE_OF_ANOTHER_CONNECTION ->
          make(new RxkadConnection.Place(epoch, connectionId + 4), good, ticket);
      case RESPONSE_OUT_OF_SEQUENCE ->
          make(place, new RxkadResponse.Sealed(callNumbers, nonce + 1, 2), ticket);
      case RESPONSE_CALL_NUMBER_NEGATIVE ->
          make(place, new RxkadResponse.Sealed(new int[] {1, 0, -1, 0}, nonce, 2), ticket);
      case RESPONSE_LEVEL_UNKNOWN ->
          make(place, new RxkadResponse.Sealed(callNumbers, nonce, 3), ticket);
      case LEVEL_TOO_LOW -> make(place, new RxkadResponse.Sealed(callNumbers, nonce, 1), ticket);
      case TICKET_CUT -> Arrays.copyOf(body, body.length - 1);
      case TICKET_LENGTH_REFUSED -> ByteBuffer.wrap(body).putInt(TICKET_LENGTH_AT, 31).array();
      case TICKET_OF_WEAK_KEY -> make(place, good, WEAK_KVNO, new byte[56]);
      case TICKET_EXPIRED_LONG_AGO -> make(place, good, DES_KVNO, ticketOfTheNineties());
      default -> make(place, good, ticket(violation));
    };
  }

  private static byte[] make(
      RxkadConnection.Place place, RxkadResponse.Sealed sealed, byte[] ticket)
      throws RxkadException {
    return make(place, sealed, ServiceTicket.KERBEROS_5_ENCRYPTED_PART, ticket);
  }

  private static byte[] make(
      RxkadConnection.Place place, RxkadResponse.Sealed sealed, int ticketType, byte[] ticket)
      throws RxkadException {
    SessionKey key = SessionKeys.derive(17, TestCell.SESSION_KEY);
    return RxkadResponse.make(place, key, sealed, ticketType, ticket);
  }

  private static byte[] ticket(Violation violation) throws GeneralSecurityException {
    byte[] good = TestCell.ticketOfAlice();
    return switch (violation) {
      case TICKET_OF_UNKNOWN_KEY -> encrypted(TestCell.part("alice"), TestCell.KVNO + 1);
      case TICKET_NOT_OPENED -> {
        good[good.length - 1] ^= 1;
        yield good;
      }
      case TICKET_MALFORMED -> new byte[64];
      case TICKET_NAME_REFUSED -> encrypted(TestCell.part("root.admin"), TestCell.KVNO);
      case TICKET_TIMES_ABSURD -> encrypted(TestCell.part(0, NOW, NOW, "alice"), TestCell.KVNO);
      case TICKET_EXPIRED -> encrypted(TestCell.part(0, NOW - 60, NOW - 1, "alice"), TestCell.KVNO);
      case TICKET_NOT_VALID_YET ->
          encrypted(TestCell.part(0, NOW + 3600, NOW + 7200, "alice"), TestCell.KVNO);
      case TICKET_NOT_VALIDATED ->
          encrypted(TestCell.part(TestCell.FLAG_INVALID, NOW, NOW + 60, "alice"), TestCell.KVNO);
      case SESSION_KEY_UNUSABLE ->
          encrypted(
              new TicketPart(0, 4, new byte[16], "R", List.of("alice"), NOW, NOW + 60),
              TestCell.KVNO);
      default -> throw new AssertionError(violation);
    };
  }

  private static byte[] encrypted(TicketPart part, int kvno) throws GeneralSecurityException {
    return TestCell.encryptedPart(part, Enctype.AES256_CTS_HMAC_SHA1_96, kvno);
  }

  /** Returns a ticket of Kerberos 4 that was good for five minutes of 1970. */
  private static byte[] ticketOfTheNineties() throws GeneralSecurityException {
    ByteBuffer plain = ByteBuffer.allocate(40);
    plain.put("\0alice\0\0R\0".getBytes(StandardCharsets.US_ASCII)).putInt(0).putLong(DES_KEY);
    plain.put((byte) 1).putInt(60).put("afs\0\0".getBytes(StandardCharsets.US_ASCII));
    byte[] key = ByteBuffer.allocate(8).putLong(DES_KEY).array();
    Cipher cipher = Cipher.getInstance("DES/PCBC/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"), new IvParameterSpec(key));
    return cipher.doFinal(plain.array(), 0, 32);
  }
}
