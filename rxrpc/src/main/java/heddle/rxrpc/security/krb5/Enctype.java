package heddle.rxrpc.security.krb5;

import java.util.Optional;

/**
 * The encryption types that a service key of AFS may have, the best first.
 *
 * <p>Others are left out on purpose. Single DES was broken long ago. Those of RFC 8009 (19, 20) and
 * of RFC 6803 (25, 26) no server of OpenAFS can use as a key of the cell: with them in the keytab a
 * KDC would issue tickets that only we could read.
 */
public enum Enctype {
  /** aes256-cts-hmac-sha1-96 */
  AES256_CTS_HMAC_SHA1_96(18, 32),
  /** aes128-cts-hmac-sha1-96 */
  AES128_CTS_HMAC_SHA1_96(17, 16),
  /** arcfour-hmac */
  ARCFOUR_HMAC(23, 16),
  /** des3-cbc-sha1 */
  DES3_CBC_SHA1(16, 24);

  private final int number;
  private final int keyBytes;

  Enctype(int number, int keyBytes) {
    this.number = number;
    this.keyBytes = keyBytes;
  }

  /** Returns its number in keytabs and tickets. */
  public int number() {
    return number;
  }

  /** Returns how long its keys are. */
  public int keyBytes() {
    return keyBytes;
  }

  /** Returns the type of that number, if it is one of these. */
  public static Optional<Enctype> ofNumber(int number) {
    for (Enctype enctype : values()) {
      if (enctype.number == number) {
        return Optional.of(enctype);
      }
    }
    return Optional.empty();
  }

  /** Returns the name that Kerberos uses for an encryption type, or its number. */
  public static String nameOf(int number) {
    return switch (number) {
      case 1 -> "des-cbc-crc (1)";
      case 2 -> "des-cbc-md4 (2)";
      case 3 -> "des-cbc-md5 (3)";
      case 16 -> "des3-cbc-sha1 (16)";
      case 17 -> "aes128-cts-hmac-sha1-96 (17)";
      case 18 -> "aes256-cts-hmac-sha1-96 (18)";
      case 19 -> "aes128-cts-hmac-sha256-128 (19)";
      case 20 -> "aes256-cts-hmac-sha384-192 (20)";
      case 23 -> "arcfour-hmac (23)";
      case 24 -> "arcfour-hmac-exp (24)";
      case 25 -> "camellia128-cts-cmac (25)";
      case 26 -> "camellia256-cts-cmac (26)";
      default -> "encryption type " + number;
    };
  }

  /** Returns whether an encryption type is one of single DES. */
  public static boolean isSingleDes(int number) {
    return number >= 1 && number <= 3;
  }

  /** Returns why no service key may be of this type, which is none of these. */
  public static String whyRefused(int number) {
    if (isSingleDes(number)) {
      return "single DES was broken long ago";
    }
    return "service keys of AFS are of types 18, 17, 23 or 16, the ones that OpenAFS can use";
  }
}
