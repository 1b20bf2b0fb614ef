package heddle.rxrpc.security.krb5;

import heddle.rxrpc.security.krb5.KerberosCrypto.Profile;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * Makes from one key those for each usage, so that none is used for two things.
 *
 * <p>Protocol source: RFC 3961, 5.1 (n-fold, DR, DK) and 6.3.1 (keys of triple DES).
 */
final class DerivedKey {
  private static final int FOR_ENCRYPTION = 0xaa;
  private static final int FOR_INTEGRITY = 0x55;
  private static final int STEP = 13; // bits that each copy is rotated further, in n-fold

  private DerivedKey() {}

  static byte[] forEncryption(Profile profile, byte[] key, int usage)
      throws GeneralSecurityException {
    return derive(profile, key, constant(usage, FOR_ENCRYPTION));
  }

  static byte[] forIntegrity(Profile profile, byte[] key, int usage)
      throws GeneralSecurityException {
    return derive(profile, key, constant(usage, FOR_INTEGRITY));
  }

  private static byte[] constant(int usage, int purpose) {
    return new byte[] {
      (byte) (usage >> 24), (byte) (usage >> 16), (byte) (usage >> 8), (byte) usage, (byte) purpose
    };
  }

  /** DK: a key of the same type, from this one and a constant. */
  static byte[] derive(Profile profile, byte[] key, byte[] constant)
      throws GeneralSecurityException {
    byte[] random = random(profile, key, constant);
    if (profile == Profile.AES) {
      return random;
    }
    byte[] des3 = tripleDesKey(random);
    Arrays.fill(random, (byte) 0);
    return des3;
  }

  /** DR: as many random bytes as a key is made from. */
  static byte[] random(Profile profile, byte[] key, byte[] constant)
      throws GeneralSecurityException {
    int wanted = profile == Profile.DES3 ? 21 : key.length;
    byte[] random = new byte[wanted];
    byte[] block = nFold(constant, profile.blockBytes);
    for (int filled = 0; filled < wanted; filled += block.length) {
      block = profile.apply(Cipher.ENCRYPT_MODE, key, block);
      System.arraycopy(block, 0, random, filled, Math.min(block.length, wanted - filled));
    }
    return random;
  }

  /**
   * Folds a string to a length: copies of it, each rotated further to the right, one after the
   * other until they fill pieces of that length, and the pieces added up in ones' complement.
   */
  static byte[] nFold(byte[] text, int length) {
    int total = text.length * length / greatestCommonDivisor(text.length, length);
    int[] sums = new int[length];
    int bits = 8 * text.length;
    for (int i = 0; i < total; i++) {
      int copy = i / text.length;
      int first = Math.floorMod(8 * (i % text.length) - STEP * copy, bits);
      int pair = (text[first / 8] & 0xff) << 8 | (text[(first / 8 + 1) % text.length] & 0xff);
      sums[i % length] += (pair >> (8 - first % 8)) & 0xff;
    }
    return onesComplement(sums);
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** Carries within the bytes, and what is left at the top around to the bottom. */
  private static byte[] onesComplement(int[] sums) {
    int carry;
    do {
      carry = 0;
      for (int i = sums.length - 1; i >= 0; i--) {
        int sum = sums[i] + carry;
        sums[i] = sum & 0xff;
        carry = sum >>> 8;
      }
      sums[sums.length - 1] += carry;
    } while (carry > 0);
    byte[] folded = new byte[sums.length];
    for (int i = 0; i < sums.length; i++) {
      folded[i] = (byte) sums[i];
    }
    return folded;
  }

  /** Spreads 21 bytes over 24, the lowest bit of each being parity. */
  static byte[] tripleDesKey(byte[] random) {
    byte[] key = new byte[24];
    for (int part = 0; part < 3; part++) {
      int last = 0;
      for (int i = 0; i < 7; i++) {
        byte seven = random[7 * part + i];
        key[8 * part + i] = DesKey.withOddParity(seven);
        last |= (seven & 1) << (i + 1);
      }
      key[8 * part + 7] = DesKey.withOddParity((byte) last);
    }
    for (int part = 0; part < 3; part++) {
      if (DesKey.isWeak(key, 8 * part)) {
        key[8 * part + 7] ^= (byte) 0xf0;
      }
    }
    return key;
  }
}
