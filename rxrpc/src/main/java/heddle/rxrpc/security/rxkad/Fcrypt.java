package heddle.rxrpc.security.rxkad;

import java.util.Arrays;

/**
 * The fcrypt block cipher with one key: blocks of 8 bytes, 56 bits of key, 16 rounds.
 *
 * <p>A block is a {@code long} that holds its bytes in big-endian order. A round replaces each byte
 * of one half (with key bits) by that of a table, permutes and rotates the result, and adds it to
 * the other half; the tables here have permutation and rotation built in, so a round is four
 * look-ups. Nothing is allocated. The look-ups depend on key and data, as in every implementation
 * of fcrypt: a cipher with 56 bits of key is no place to worry about cache timing.
 *
 * <p>Thread-safe while it is in use: one key serves all channels of a connection. {@link #close}
 * overwrites the key.
 *
 * <p>Protocol source: OpenAFS src/rxkad/fcrypt.c, sboxes.h (behaviour and constants).
 */
final class Fcrypt implements AutoCloseable {
  /** Bytes of a block, and of a key. */
  static final int BLOCK_BYTES = 8;

  private static final int ROUNDS = 16;
  private static final int KEY_BITS = 56;
  private static final long KEY_MASK = (1L << KEY_BITS) - 1;
  private static final int KEY_ROTATION = 11; // bits, from one round to the next

  // What stands for each value of a byte of the half, first byte first; shifted to where the
  // permutation puts it, and rotated.
  private static final int[] FIRST =
      table(
          8,
          """
          ea7fb2649db0d911cd8686910ab293060e06d26573c52860f220b5387eda9fe3
          d2cfc43c61ff4a4a35acaa5f2bbbbc534e9d78a3dc093210c66f66d6aba9affd
          3b95e8349a8172809cf3ecda9f2676153e554dde84eeadc7f16b3dd30449aa24
          0b8a83bafa85a0a8b1d401d87064f051d2c3a7758ca564ef104eb7c66103eb44
          3de5b35baed5ad1dfa5a1e33ab93a2b7e7a845a4cd296344b6697e2e6203c8e0
          17bbc7f33f36ba718e97656069b6f6e66ee08159e8afdd952299fd63197461b1
          b65bae54b370ffc63b3ec1d7e10e76e5364f59c7086e82a693c4aa2649e02164
          079f64819cbff9d143f8b6b9f1247503e4b099463df5d1397212f6ba0c0d422e
          """);
  private static final int[] SECOND =
      table(
          0,
          """
          7714a6feb25e8c3e676ca10dc2a2c1856c7b67c623e3f289509c03b773e6e139
          312c279fa56944d62383987d3cb42d991c1f8c20037c5fadf4fa95ca7644cdb6
          b8a1a1be9e548f0b1674318a231704fa7984b1f513abb52eaa0c606b5bc44bbc
          e2af4573fac949cd00927d977a18603dcf5bdec6e2e6bb8b06da08151b886a17
          89d0a9c1c9706be543f468c8d384280a5266a3caf2e37f7a31f788945e9c63d5
          2466fcb35725be8944c4e08f233c1252f51ef4cb18331ff869109dd3f728f830
          055e32c0d519bd458b5bfdbce25ca996ef70cfc22ab361ad804881b71d43d9d7
          45f0d88a597c57c179c734d643dfe4781606da927651e1d47003e02f96918280
          """);
  private static final int[] THIRD =
      table(
          16,
          """
          f03724532a038386d1ec50f042782f6dbf80872795e2c55df96fdbb4656ee724
          c81abb49b50a7db9e8dcb7d945201bce599d6bbd0e8fa3a9bc74a6f67f5fb168
          84bca9fd5550e9b6135e07b89502c0d06a1a85bdb6fdfe173f09a38dfbedda1d
          6d1c6c015ae5713e8b6bbe29eb121934cdb3bd35ea4bd5ae2a795aa532127bdc
          2cd0224bb1855980c0309f73d3144840072d8f800fce0b5eb75eac24944a1815
          05e80277a9c7404589d1eade0c792a996c3e95dd8c7dad6fdcfffd6247b3218a
          ec8e1918b46e3dfd74541e0485d8bc1f56e73a5667d6c8a5f38edeae3749b7fa
          c8f41fe02a9b15d1340eb5e044788459566877a51406f52f8c8a738076b41086
          """);
  private static final int[] FOURTH =
      table(
          24,
          """
          a92a4851847e49e2b5b742337d5da61244486d28aa206d57d66b5d72f0925a1b
          538024709acca766a101a54197413182f114cf530da010cc2a7dd2bf4b1adb16
          47f65136edf3b91aa7df2943015470a4bfd40b5344609e23a118684ff02f82c2
          2a41b2420ced0c1d133a3c6e35dc606585e964029a3f9f8796dfbef2cbe56cd4
          5a83bf921b940042cf4b0075ba8f765f5d3a4d091208389517e4011d4ca9cc85
          824c9d2f3b66a13410cd5989a531cf05c884fac7ba4e8b1a19f1a13b181217b0
          988d0b23c33a2d20df13a0a84c0d6c2f471313521f2df5793da254bd69c86bf3
          0528f1164640b011d3b79549cfc31d8fd8e173dbadc8c9a9a1c2c5e3bafc0e25
          """);

  private final int[] roundKeys = new int[ROUNDS];

  /** Creates a cipher for a key of 8 bytes, whose lowest bits (parity) do not matter. */
  Fcrypt(byte[] key) {
    if (key.length != BLOCK_BYTES) {
      throw new IllegalArgumentException("a key of fcrypt has 8 bytes, not " + key.length);
    }
    long bits = 0;
    for (byte part : key) {
      bits = bits << 7 | (part & 0xff) >> 1;
    }
    for (int i = 0; i < ROUNDS; i++) {
      roundKeys[i] = (int) bits;
      bits = (bits >>> KEY_ROTATION | bits << (KEY_BITS - KEY_ROTATION)) & KEY_MASK;
    }
  }

  private Fcrypt(int[] roundKeys) {
    System.arraycopy(roundKeys, 0, this.roundKeys, 0, ROUNDS);
  }

  /** Returns the same cipher, to be closed on its own. */
  Fcrypt copy() {
    return new Fcrypt(roundKeys);
  }

  /** Encrypts a block. */
  long encrypt(long block) {
    int[] k = roundKeys;
    int left = (int) (block >>> 32);
    int right = (int) block;
    for (int i = 0; i < ROUNDS; i += 2) {
      left ^= mix(right ^ k[i]);
      right ^= mix(left ^ k[i + 1]);
    }
    return join(left, right);
  }

  /** Decrypts a block. */
  long decrypt(long block) {
    int[] k = roundKeys;
    int left = (int) (block >>> 32);
    int right = (int) block;
    for (int i = ROUNDS - 2; i >= 0; i -= 2) {
      right ^= mix(left ^ k[i + 1]);
      left ^= mix(right ^ k[i]);
    }
    return join(left, right);
  }

  /** The function of a round, of one half with the key of the round. */
  static int mix(int x) {
    return FIRST[x >>> 24] ^ SECOND[(x >>> 16) & 0xff] ^ THIRD[(x >>> 8) & 0xff] ^ FOURTH[x & 0xff];
  }

  /**
   * Returns the keys of the rounds, themselves and not a copy: for {@link Pcbc}, which decrypts two
   * blocks at a time.
   */
  int[] roundKeys() {
    return roundKeys;
  }

  static long join(int left, int right) {
    return (long) left << 32 | (right & 0xffff_ffffL);
  }

  private static int[] table(int shift, String values) {
    String digits = values.replace("\n", "");
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int value = Integer.parseInt(digits, 2 * i, 2 * i + 2, 16);
      table[i] = Integer.rotateRight(value << shift, 5);
    }
    return table;
  }

  /** Overwrites the key. What is encrypted or decrypted afterwards is garbage. */
  @Override
  public void close() {
    Arrays.fill(roundKeys, 0);
  }

  @Override
  public String toString() {
    return "fcrypt"; // and nothing of the key
  }
}
