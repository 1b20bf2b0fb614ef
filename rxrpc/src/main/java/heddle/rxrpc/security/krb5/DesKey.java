package heddle.rxrpc.security.krb5;

import java.util.Set;

/**
 * What is special about keys of DES: the lowest bit of each byte is parity, and some keys are weak.
 *
 * <p>Protocol source: FIPS 74; RFC 3961, 6.2.
 */
public final class DesKey {
  /** Bytes of a key. */
  public static final int BYTES = 8;

  private static final Set<Long> WEAK =
      Set.of(
          0x0101010101010101L,
          0xfefefefefefefefeL,
          0x1f1f1f1f0e0e0e0eL,
          0xe0e0e0e0f1f1f1f1L,
          0x01fe01fe01fe01feL,
          0xfe01fe01fe01fe01L,
          0x1fe01fe00ef10ef1L,
          0xe01fe01ff10ef10eL,
          0x01e001e001f101f1L,
          0xe001e001f101f101L,
          0x1ffe1ffe0efe0efeL,
          0xfe1ffe1ffe0efe0eL,
          0x011f011f010e010eL,
          0x1f011f010e010e01L,
          0xe0fee0fef1fef1feL,
          0xfee0fee0fef1fef1L);

  private DesKey() {}

  /** Returns the byte with its lowest bit such that the number of bits is odd. */
  static byte withOddParity(byte value) {
    int upper = value & 0xfe;
    return (byte) (upper | (~Integer.bitCount(upper) & 1));
  }

  /** Sets the lowest bit of each byte of a key to what it should be. */
  public static void fixParity(byte[] key) {
    for (int i = 0; i < key.length; i++) {
      key[i] = withOddParity(key[i]);
    }
  }

  /** Returns whether each byte of a key has odd parity. */
  public static boolean hasOddParity(byte[] key) {
    for (byte value : key) {
      if (withOddParity(value) != value) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the key is weak or semi-weak; it must have odd parity. */
  public static boolean isWeak(byte[] key) {
    return isWeak(key, 0);
  }

  static boolean isWeak(byte[] keys, int at) {
    long key = 0;
    for (int i = 0; i < BYTES; i++) {
      key = key << 8 | (keys[at + i] & 0xff);
    }
    return WEAK.contains(key);
  }
}
