package heddle.rxrpc.security.krb5;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encryption with integrity, as Kerberos defines it for each encryption type, on the ciphers of the
 * JDK.
 *
 * <p>Protocol source: RFC 3961, 5.3 and 6.3; RFC 3962; RFC 4757, 4.
 */
public final class KerberosCrypto {
  /** Key usage of the encrypted part of a ticket. */
  public static final int USAGE_TICKET = 2;

  private static final int RC4_CONFOUNDER_BYTES = 8;
  private static final int MD5_BYTES = 16;

  private KerberosCrypto() {}

  /**
   * Decrypts and checks.
   *
   * @param key of the length that the type asks for
   * @return the plain bytes, perhaps padded; whoever gets them overwrites them after use
   * @throws MalformedKerberosException if it was not encrypted with this key for this usage, or was
   *     changed
   * @throws GeneralSecurityException if this JVM's providers lack the algorithms
   */
  public static byte[] decrypt(Enctype enctype, byte[] key, int usage, byte[] cipher)
      throws MalformedKerberosException, GeneralSecurityException {
    return enctype == Enctype.ARCFOUR_HMAC
        ? decryptRc4(key, usage, cipher)
        : decryptSimplified(Profile.of(enctype), key, usage, cipher);
  }

  /**
   * Encrypts.
   *
   * @param key of the length that the type asks for
   * @throws GeneralSecurityException if this JVM's providers lack the algorithms
   */
  public static byte[] encrypt(
      Enctype enctype, byte[] key, int usage, byte[] plain, SecureRandom random)
      throws GeneralSecurityException {
    var confounder =
        new byte
            [enctype == Enctype.ARCFOUR_HMAC
                ? RC4_CONFOUNDER_BYTES
                : Profile.of(enctype).blockBytes];
    random.nextBytes(confounder);
    return encrypt(enctype, key, usage, confounder, plain);
  }

  /** Encrypts with this confounder. */
  static byte[] encrypt(Enctype enctype, byte[] key, int usage, byte[] confounder, byte[] plain)
      throws GeneralSecurityException {
    byte[] text = Arrays.copyOf(confounder, confounder.length + plain.length);
    System.arraycopy(plain, 0, text, confounder.length, plain.length);
    try {
      return enctype == Enctype.ARCFOUR_HMAC
          ? encryptRc4(key, usage, text)
          : encryptSimplified(Profile.of(enctype), key, usage, text);
    } finally {
      erase(text);
    }
  }

  // ---- the simplified profile of RFC 3961: a cipher in CBC or CTS mode, and a checksum of SHA-1

  /** What the types of the simplified profile differ in. */
  enum Profile {
    AES("AES", "AES/CTS/NoPadding", 16, 12),
    DES3("DESede", "DESede/CBC/NoPadding", 8, 20);

    final String keyAlgorithm;
    final String mode;
    final int blockBytes;
    final int sumBytes;

    Profile(String keyAlgorithm, String mode, int blockBytes, int sumBytes) {
      this.keyAlgorithm = keyAlgorithm;
      this.mode = mode;
      this.blockBytes = blockBytes;
      this.sumBytes = sumBytes;
    }

    static Profile of(Enctype enctype) {
      return enctype == Enctype.DES3_CBC_SHA1 ? DES3 : AES;
    }

    byte[] apply(int direction, byte[] key, byte[] text) throws GeneralSecurityException {
      // Two blocks are the least that CTS is defined for; of one block it is the cipher itself.
      String transformation = text.length == blockBytes ? keyAlgorithm + "/CBC/NoPadding" : mode;
      Cipher cipher = Cipher.getInstance(transformation);
      cipher.init(
          direction,
          new SecretKeySpec(key, keyAlgorithm),
          new IvParameterSpec(new byte[blockBytes]));
      return cipher.doFinal(text);
    }
  }

  private static byte[] decryptSimplified(Profile profile, byte[] key, int usage, byte[] cipher)
      throws MalformedKerberosException, GeneralSecurityException {
    int textBytes = cipher.length - profile.sumBytes;
    if (textBytes < profile.blockBytes
        || (profile == Profile.DES3 && textBytes % profile.blockBytes != 0)) {
      throw new MalformedKerberosException("an encrypted part of " + cipher.length + " bytes");
    }
    byte[] encryptionKey = DerivedKey.forEncryption(profile, key, usage);
    byte[] integrityKey = DerivedKey.forIntegrity(profile, key, usage);
    byte[] text = {};
    try {
      text = profile.apply(Cipher.DECRYPT_MODE, encryptionKey, Arrays.copyOf(cipher, textBytes));
      byte[] sum = Arrays.copyOf(hmac("HmacSHA1", integrityKey, text), profile.sumBytes);
      byte[] sent = Arrays.copyOfRange(cipher, textBytes, cipher.length);
      if (!MessageDigest.isEqual(sum, sent)) {
        throw new MalformedKerberosException("it is encrypted with another key, or damaged");
      }
      return Arrays.copyOfRange(text, profile.blockBytes, text.length);
    } finally {
      erase(text);
      erase(encryptionKey);
      erase(integrityKey);
    }
  }

  private static byte[] encryptSimplified(Profile profile, byte[] key, int usage, byte[] text)
      throws GeneralSecurityException {
    byte[] padded = text;
    if (profile == Profile.DES3) {
      int blocks = (text.length + profile.blockBytes - 1) / profile.blockBytes;
      padded = Arrays.copyOf(text, blocks * profile.blockBytes);
    }
    byte[] encryptionKey = DerivedKey.forEncryption(profile, key, usage);
    byte[] integrityKey = DerivedKey.forIntegrity(profile, key, usage);
    try {
      byte[] cipher = profile.apply(Cipher.ENCRYPT_MODE, encryptionKey, padded);
      byte[] result = Arrays.copyOf(cipher, cipher.length + profile.sumBytes);
      byte[] sum = hmac("HmacSHA1", integrityKey, padded);
      System.arraycopy(sum, 0, result, cipher.length, profile.sumBytes);
      return result;
    } finally {
      erase(encryptionKey);
      erase(integrityKey);
      erase(padded); // which may be the text itself, that nobody needs any more
    }
  }

  // ---- RC4, as Windows has it

  private static byte[] decryptRc4(byte[] key, int usage, byte[] cipher)
      throws MalformedKerberosException, GeneralSecurityException {
    if (cipher.length < MD5_BYTES + RC4_CONFOUNDER_BYTES) {
      throw new MalformedKerberosException("an encrypted part of " + cipher.length + " bytes");
    }
    byte[] sent = Arrays.copyOf(cipher, MD5_BYTES);
    byte[] usageKey = hmac("HmacMD5", key, littleEndian(usage));
    byte[] messageKey = hmac("HmacMD5", usageKey, sent);
    byte[] text = {};
    try {
      text = rc4(messageKey, Arrays.copyOfRange(cipher, MD5_BYTES, cipher.length));
      if (!MessageDigest.isEqual(hmac("HmacMD5", usageKey, text), sent)) {
        throw new MalformedKerberosException("it is encrypted with another key, or damaged");
      }
      return Arrays.copyOfRange(text, RC4_CONFOUNDER_BYTES, text.length);
    } finally {
      erase(text);
      erase(usageKey);
      erase(messageKey);
    }
  }

  private static byte[] encryptRc4(byte[] key, int usage, byte[] text)
      throws GeneralSecurityException {
    byte[] usageKey = hmac("HmacMD5", key, littleEndian(usage));
    byte[] sum = hmac("HmacMD5", usageKey, text);
    byte[] messageKey = hmac("HmacMD5", usageKey, sum);
    try {
      byte[] cipher = rc4(messageKey, text);
      byte[] result = Arrays.copyOf(sum, MD5_BYTES + cipher.length);
      System.arraycopy(cipher, 0, result, MD5_BYTES, cipher.length);
      return result;
    } finally {
      erase(usageKey);
      erase(messageKey);
    }
  }

  private static byte[] rc4(byte[] key, byte[] text) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ARCFOUR");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ARCFOUR"));
    return cipher.doFinal(text);
  }

  private static byte[] littleEndian(int usage) {
    return new byte[] {
      (byte) usage, (byte) (usage >> 8), (byte) (usage >> 16), (byte) (usage >> 24)
    };
  }

  /** Returns the keyed hash of a text. */
  static byte[] hmac(String algorithm, byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(text);
  }

  private static void erase(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }
}
