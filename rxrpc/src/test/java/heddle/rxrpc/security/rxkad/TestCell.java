package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.KerberosCrypto;
import heddle.rxrpc.security.krb5.TicketPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A KDC without a network: keys of a service, and tickets for it. */
final class TestCell {
  static final int KVNO = 7;
  static final byte[] SESSION_KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  static final int FLAG_INVALID = 1 << 24;
  static final long NOW_SECONDS = 1_800_000_000L;

  private TestCell() {}

  /** Returns the key of a type, every byte of which is its number. */
  static byte[] key(int enctype, int bytes) {
    byte[] key = new byte[bytes];
    Arrays.fill(key, (byte) enctype);
    return key;
  }

  static byte[] key(Enctype enctype) {
    return key(enctype.number(), enctype.keyBytes());
  }

  /** Returns a KeyFileExt with a key of each type that may be. */
  static ServiceKeys keys(Path directory) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (Enctype enctype : Enctype.values()) {
      records.write(keyFileExtRecord(2, KVNO, enctype.number(), key(enctype)));
    }
    return ServiceKeys.ofKeyFileExt(
        keyFileExt(directory, Enctype.values().length, records.toByteArray()));
  }

  static Path keyFileExt(Path directory, int count, byte[]... records) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(ByteBuffer.allocate(4).putInt(count).array());
    for (byte[] record : records) {
      file.write(record);
    }
    return Files.write(directory.resolve("KeyFileExt"), file.toByteArray());
  }

  static byte[] keyFileExtRecord(int type, int kvno, int subtype, byte[] key) {
    return ByteBuffer.allocate(20 + key.length)
        .putInt(16)
        .putInt(type)
        .putInt(kvno)
        .putInt(subtype)
        .putInt(key.length)
        .put(key)
        .array();
  }

  /** Returns what a ticket of alice holds, good for an hour. */
  static TicketPart part(String... name) {
    return part(0, NOW_SECONDS - 60, NOW_SECONDS + 3600, name);
  }

  static TicketPart part(int flags, long start, long end, String... name) {
    return new TicketPart(
        flags, 17, SESSION_KEY.clone(), "TEST.EXAMPLE", List.of(name), start, end);
  }

  /** Returns the encrypted part of a ticket. */
  static byte[] encryptedPart(TicketPart part, Enctype enctype, int kvno)
      throws GeneralSecurityException {
    byte[] cipher =
        KerberosCrypto.encrypt(enctype, key(enctype), 2, part.encode(), new SecureRandom());
    return new EncryptedData(enctype.number(), kvno, cipher).encode();
  }

  static byte[] ticketOfAlice() throws GeneralSecurityException {
    return encryptedPart(part("alice"), Enctype.AES256_CTS_HMAC_SHA1_96, KVNO);
  }

  /** Returns a whole ticket, as a KDC gives it, with this encrypted part. */
  static byte[] whole(byte[] encryptedPart) {
    byte[] realm = hex("a106 1b04 54455354");
    byte[] service = hex("a210 300e a003020101 a1073005 1b03 616673");
    byte[] version = hex("a003020105");
    byte[] part = tagged(0xa3, encryptedPart);
    return tagged(0x61, tagged(0x30, version, realm, service, part));
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] tagged(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    return ByteBuffer.allocate(4 + content.size())
        .put((byte) tag)
        .put((byte) 0x82)
        .putShort((short) content.size())
        .put(content.toByteArray())
        .array();
  }
}
