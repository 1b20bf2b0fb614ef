package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cipher and its mode give what other implementations give. */
class FcryptTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] QUICK_FOX =
      "The quick brown fox jumps over the lazy dogs.\0\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final String FOX_KEY = "f0e1d2c3b4a59687";
  private static final String FOX_IV = "fedcba9876543210";

  /**
   * Vectors as the Linux kernel tests them (net/rxrpc/tests/rxrpc_kunit.c): the single blocks from
   * openafs-devel 2000-12, 005320, the long ones from Arla and OpenAFS src/rxkad/test/fc_test.c.
   */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0000000000000000, 0000000000000000, 0e0900c73ef7ed41",
    "114477aadd003366, 0000000000000000, 123456789abcdef0, d8ed787477ec0680",
    FOX_KEY
        + ", "
        + FOX_IV
        + ", fox,"
        + " 00f00e1175e62382eeac98624451e484c359d8aa6460aef7"
        + "d2d9137972a3450323b562d70cf527d1f8913cac442292ef",
    FOX_IV
        + ", "
        + FOX_KEY
        + ", fox,"
        + " ca90f59dcbd4d23c01887f3e316e629dd8e057a3063a4258"
        + "2a28fe72522fdde01989091c2a8e8c94fcc768e488aade0f"
  })
  void pcbcGivesTheKnownVectors(String key, String iv, String plain, String cipher) {
    var fcrypt = new Fcrypt(HEX.parseHex(key));
    long chain = Pcbc.block(HEX.parseHex(iv), 0);
    byte[] expected = HEX.parseHex(cipher);
    byte[] original = plain.equals("fox") ? QUICK_FOX : HEX.parseHex(plain);
    byte[] data = original.clone();
    int blocks = data.length / Fcrypt.BLOCK_BYTES;

    var unused = Pcbc.encrypt(fcrypt, chain, data, 0, blocks);
    assertThat(data).isEqualTo(expected);

    unused = Pcbc.decrypt(fcrypt, chain, data, 0, blocks);
    assertThat(data).isEqualTo(original);
  }

  @Test
  void parityOfTheKeyDoesNotMatter() {
    var key = new Fcrypt(HEX.parseHex("0102040810204080"));
    var flipped = new Fcrypt(HEX.parseHex("0003050911214181"));

    assertThat(flipped.encrypt(0x0123456789abcdefL)).isEqualTo(key.encrypt(0x0123456789abcdefL));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8, 177, 178})
  void decryptionUndoesEncryptionAtAnyLengthAndPlace(int blocks) {
    var random = new Random(blocks);
    var key = new byte[8];
    random.nextBytes(key);
    var fcrypt = new Fcrypt(key);
    var data = new byte[blocks * 8 + 5];
    random.nextBytes(data);
    byte[] original = data.clone();

    long encryptChain = Pcbc.encrypt(fcrypt, 42, data, 3, blocks);
    if (blocks > 0) {
      assertThat(data).isNotEqualTo(original);
    }
    long decryptChain = Pcbc.decrypt(fcrypt, 42, data, 3, blocks);

    assertThat(data).isEqualTo(original);
    assertThat(decryptChain).isEqualTo(encryptChain);
  }

  @Test
  void encryptionGoesOnWhereItStopped() {
    var fcrypt = new Fcrypt(HEX.parseHex(FOX_KEY));
    byte[] whole = QUICK_FOX.clone();
    byte[] pieces = QUICK_FOX.clone();

    var unused = Pcbc.encrypt(fcrypt, 7, whole, 0, 6);
    long chain = Pcbc.encrypt(fcrypt, 7, pieces, 0, 1);
    unused = Pcbc.encrypt(fcrypt, chain, pieces, 8, 5);

    assertThat(pieces).isEqualTo(whole);
  }

  @Test
  void encryptionFromABufferIsThatInPlace() {
    var fcrypt = new Fcrypt(HEX.parseHex(FOX_KEY));
    byte[] inPlace = QUICK_FOX.clone();
    var unused = Pcbc.encrypt(fcrypt, 7, inPlace, 0, 6);
    ByteBuffer direct = ByteBuffer.allocateDirect(60).position(5).put(QUICK_FOX).position(5);
    var target = new byte[50];

    unused = Pcbc.encrypt(fcrypt, 7, direct, target, 2, 6);

    assertThat(ByteBuffer.wrap(target, 2, 48)).isEqualTo(ByteBuffer.wrap(inPlace));
    assertThat(direct.position()).isEqualTo(5 + 48);
  }

  @Test
  void closingOverwritesTheKeyButNotThatOfACopy() {
    var fcrypt = new Fcrypt(HEX.parseHex(FOX_KEY));
    long before = fcrypt.encrypt(1);
    Fcrypt copy = fcrypt.copy();

    fcrypt.close();

    assertThat(fcrypt.roundKeys()).containsOnly(0);
    assertThat(copy.encrypt(1)).isEqualTo(before);
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Fcrypt(new byte[7]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7");
  }
}
