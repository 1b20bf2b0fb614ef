package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.DesKey;
import heddle.rxrpc.security.krb5.Enctype;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the eight bytes that rxkad uses from the session key of a ticket, whatever its type: known
 * as rxkad-kdf.
 *
 * <p>Protocol source: draft-kaduk-afs3-rxkad-k5-kdf-00; OpenAFS src/rxkad/ticket5.c (behaviour).
 */
final class SessionKeys {
  private static final byte[] LABEL = "rxkad\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH_BITS = {0, 0, 0, 64};
  private static final int MAX_COUNTER = 255;
  private static final int MIN_KEY_BYTES = 7;

  private SessionKeys() {}

  /**
   * Returns the key for rxkad.
   *
   * @param enctype number of the encryption type of {@code key}
   * @param key stays the caller's
   * @throws RxkadException if no key can be made from one of this type or length
   */
  static SessionKey derive(int enctype, byte[] key) throws RxkadException {
    if (Enctype.isSingleDes(enctype)) {
      if (key.length != DesKey.BYTES) {
        throw unusable(enctype, key);
      }
      return new SessionKey(key);
    }
    boolean tripleDes = enctype == 5 || enctype == 7 || enctype == 16;
    boolean noRandomKey = enctype <= 0 || (enctype < 16 && !tripleDes);
    if (noRandomKey || key.length < MIN_KEY_BYTES || (tripleDes && key.length % 8 != 0)) {
      throw unusable(enctype, key);
    }
    byte[] input = tripleDes ? withoutParity(key) : key.clone();
    try {
      return derive(input);
    } catch (GeneralSecurityException e) {
      throw new RxkadException(Violation.CIPHER_MISSING, "this JVM lacks HMAC-MD5");
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  private static RxkadException unusable(int enctype, byte[] key) {
    return new RxkadException(
        Violation.SESSION_KEY_UNUSABLE,
        "a session key of " + Enctype.nameOf(enctype) + " with " + key.length + " bytes");
  }

  private static SessionKey derive(byte[] input) throws GeneralSecurityException, RxkadException {
    Mac mac = Mac.getInstance("HmacMD5");
    mac.init(new SecretKeySpec(input, "HmacMD5"));
    for (int counter = 1; counter <= MAX_COUNTER; counter++) {
      mac.update((byte) counter);
      mac.update(LABEL);
      byte[] random = mac.doFinal(LENGTH_BITS);
      byte[] key = Arrays.copyOf(random, DesKey.BYTES);
      Arrays.fill(random, (byte) 0);
      try {
        DesKey.fixParity(key);
        if (!DesKey.isWeak(key)) {
          return new SessionKey(key);
        }
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }
    throw new RxkadException(Violation.SESSION_KEY_WEAK, "only weak keys");
  }

  /** Takes the bits of parity out of a key of triple DES: seven bytes for each eight. */
  static byte[] withoutParity(byte[] key) {
    byte[] compressed = new byte[key.length / 8 * 7];
    for (int part = 0; part < key.length / 8; part++) {
      int last = key[8 * part + 7] & 0xff;
      for (int i = 0; i < 7; i++) {
        compressed[7 * part + i] = (byte) ((key[8 * part + i] & 0xfe) | ((last >> (i + 1)) & 1));
      }
    }
    return compressed;
  }
}
