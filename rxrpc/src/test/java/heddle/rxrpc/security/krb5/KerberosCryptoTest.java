package heddle.rxrpc.security.krb5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.krb5.KerberosCrypto.Profile;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Encryption gives what the RFCs and MIT Kerberos give. */
class KerberosCryptoTest {
  private static final HexFormat HEX = HexFormat.of();

  private static byte[] hex(String digits) {
    return HEX.parseHex(digits.replace(" ", ""));
  }

  /** RFC 3961, A.1. */
  @ParameterizedTest
  @CsvSource({
    "012345, be072631276b1955",
    "password, 78a07b6caf85fa",
    "'Rough Consensus, and Running Code', bb6ed30870b7f0e0",
    "password, 59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e",
    "MASSACHVSETTS INSTITVTE OF TECHNOLOGY, db3b0d8f0b061e603282b308a50841229ad798fab9540c1b",
    "Q, 518a54a215a8452a518a54a215a8452a518a54a215",
    "ba, fb25d531ae8974499f52fd92ea9857c4ba24cf297e",
    "kerberos, 6b65726265726f73",
    "kerberos, 6b65726265726f737b9b5b2b93132b93"
  })
  void nFoldGivesTheVectorsOfTheRfc(String text, String folded) {
    byte[] expected = hex(folded);

    byte[] actual = DerivedKey.nFold(text.getBytes(StandardCharsets.US_ASCII), expected.length);

    assertThat(actual).isEqualTo(expected);
  }

  /** RFC 3961, A.3: DR and DK. */
  @ParameterizedTest
  @CsvSource({
    "dce06b1f64c857a11c3db57c51899b2cc1791008ce973b92, 0000000155,"
        + " 935079d14490a75c3093c4a6e8c3b049c71e6ee705,"
        + " 925179d04591a79b5d3192c4a7e9c289b049c71f6ee604cd",
    "5e13d31c70ef765746578531cb51c15bf11ca82c97cee9f2, 00000001aa,"
        + " 9f58e5a047d894101c469845d67ae3c5249ed812f2,"
        + " 9e58e5a146d9942a101c469845d67a20e3c4259ed913f207"
  })
  void keysOfTripleDesDeriveAsInTheRfc(String key, String usage, String random, String derived)
      throws Exception {
    assertThat(DerivedKey.random(Profile.DES3, hex(key), hex(usage))).isEqualTo(hex(random));
    assertThat(DerivedKey.derive(Profile.DES3, hex(key), hex(usage))).isEqualTo(hex(derived));
  }

  /** Of MIT krb5, crypto_tests/t_derive.c: key usage 2, for encryption and for integrity. */
  @ParameterizedTest
  @CsvSource({
    "DES3, 850bb51358548cd05e86768c313e3bfef7511937dcf72c3e,"
        + " 5b5723d0b634cb684c3eba5264e9a70d52e683231ad3c4ce,"
        + " a77c94980e9b7345a81525c423a737ce67f4cd91b6b3da45",
    "AES, 42263c6e89f4fc28b8df68ee09799f15,"
        + " 5b14fc4e250e14ddf9dccf1af6674f53, 4ed31063621684f09ae8d89991af3e8f",
    "AES, fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161,"
        + " c7cfd9cd75fe793a586a542d87e0d1396f1134a104bb1a9190b8c90ada3ddf37,"
        + " 97151b4c76945063e2eb0529dc067d97d7bba90776d8126d91f34f3101aea8ba"
  })
  void keysDeriveAsInMitKerberos(Profile profile, String key, String encryption, String integrity)
      throws Exception {
    assertThat(DerivedKey.forEncryption(profile, hex(key), 2)).isEqualTo(hex(encryption));
    assertThat(DerivedKey.forIntegrity(profile, hex(key), 2)).isEqualTo(hex(integrity));
  }

  /** RFC 3962, B. */
  @ParameterizedTest
  @CsvSource({
    "17, c6353568f2bf8cb4d8a580362da7ff7f97",
    "31, fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5",
    "32, 39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584",
    "47, 97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e"
        + "39312523a78662d5be7fcbcc98ebf5",
    "48, 97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd8"
        + "39312523a78662d5be7fcbcc98ebf5a8",
    "64, 97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a8"
        + "4807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8"
  })
  void cipherTextIsStolenAsInTheRfc(int length, String cipher) throws Exception {
    byte[] text =
        "I would like the General Gau's Chicken, please, and wonton soup."
            .getBytes(StandardCharsets.US_ASCII);
    byte[] key = "chicken teriyaki".getBytes(StandardCharsets.US_ASCII);

    byte[] actual = Profile.AES.apply(Cipher.ENCRYPT_MODE, key, Arrays.copyOf(text, length));

    assertThat(actual).isEqualTo(hex(cipher));
  }

  /** Of MIT krb5, crypto_tests/t_decrypt.c. */
  @ParameterizedTest
  @CsvSource({
    "DES3_CBC_SHA1, 0, '', 7a25df8992296dceda0e135bc4046e2375b3c14c98fbc162,"
        + " 548af4d504f7d723303f12175fe8386b7b5335a967bad61f3bf0b143",
    "DES3_CBC_SHA1, 2, 9 bytesss, 2fd0f725ce04100d2fc8a18098831f850b45d9ef850bd920,"
        + " cf9144ebc8697981075a8bad8d74e5d7d591eb7d9770c7ada25ee8c5b3d69444dfec79a5b7a01482d9af74e6",
    "DES3_CBC_SHA1, 4, 30 bytes bytes bytes bytes byt,"
        + " f11686cbbc9e23ea54fecd2a3dcdfb20b6fe98bf2645c4c4,"
        + " 89433e83fd0ea3666cffcd18d8deebc53b9a34edbeb159d9f667c6c2b9a96440"
        + "1d55e7e9c68d648d65c3aa84ffa3790c14a864da8073a9a95c4ba2bc",
    "ARCFOUR_HMAC, 0, '', f81fec39255f5784e850c4377c88bd85,"
        + " 02c1eb15586144122ec717763dd348bf00434ddc6585954c",
    "ARCFOUR_HMAC, 2, 9 bytesss, 3e40ab6093695281b3ac1a9304224d98,"
        + " 0f9ad121d99d4a09448e4f1f718c4f5cbe6096262c66f29df232a87c9f98755d55",
    "AES128_CTS_HMAC_SHA1_96, 0, '', 5a5c0f0ba54f3828b2195e66ca24a289,"
        + " 49ff8e11c173d9583a3254fbe7b1f1df36c538e8416784a1672e6676",
    "AES128_CTS_HMAC_SHA1_96, 2, 9 bytesss, 9062430c8cda3388922e6d6a509f5b7a,"
        + " 68fb9679601f45c78857b2bf820fd6e53eca8d42fd4b1d7024a09205abb7cd2ec26c355d2f",
    "AES256_CTS_HMAC_SHA1_96, 2, 9 bytesss,"
        + " b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7,"
        + " 09957aa25fcaf88f7b39e4406e633012d5fea21853f6478da7065caef41fd454a40824eec5",
    "AES256_CTS_HMAC_SHA1_96, 4, 30 bytes bytes bytes bytes byt,"
        + " f1c795e9248a09338d82c3f8d5b567040b0110736845041347235b1404231398,"
        + " d1137a4d634cfece924dbc3bf6790648bd5cff7de0e7b99460211d0daef3d79a"
        + "295c688858f3b34b9cbd6eebae81daf6b734d4d498b6714f1c1d"
  })
  void whatMitKerberosEncryptedIsDecrypted(
      Enctype enctype, int usage, String plain, String key, String cipher) throws Exception {
    byte[] decrypted = KerberosCrypto.decrypt(enctype, hex(key), usage, hex(cipher));

    assertThat(new String(decrypted, StandardCharsets.US_ASCII)).startsWith(plain);
    if (enctype != Enctype.DES3_CBC_SHA1) {
      assertThat(decrypted).hasSize(plain.length());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsEncryptedIsDecryptedWithTheSameKeyAndUsageOnly(Enctype enctype) throws Exception {
    var random = new Random(enctype.number());
    var key = new byte[enctype.keyBytes()];
    random.nextBytes(key);
    byte[] otherKey = key.clone();
    otherKey[4] ^= 2;
    for (int length = 0; length < 70; length++) {
      var plain = new byte[length];
      random.nextBytes(plain);

      byte[] cipher = KerberosCrypto.encrypt(enctype, key, 2, plain, new SecureRandom());
      byte[] decrypted = KerberosCrypto.decrypt(enctype, key, 2, cipher);

      assertThat(Arrays.copyOf(decrypted, length)).isEqualTo(plain);
      assertRefused(enctype, otherKey, 2, cipher);
      assertRefused(enctype, key, 11, cipher);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyChangeIsNoticed(Enctype enctype) throws Exception {
    var key = new byte[enctype.keyBytes()];
    byte[] cipher = KerberosCrypto.encrypt(enctype, key, 2, new byte[30], new SecureRandom());
    for (int i = 0; i < cipher.length; i++) {
      byte[] changed = cipher.clone();
      changed[i] ^= 1;
      assertRefused(enctype, key, 2, changed);
      assertRefused(enctype, key, 2, Arrays.copyOf(cipher, i));
    }
    assertRefused(enctype, key, 2, Arrays.copyOf(cipher, cipher.length + 8));
  }

  private static void assertRefused(Enctype enctype, byte[] key, int usage, byte[] cipher) {
    assertThatThrownBy(() -> KerberosCrypto.decrypt(enctype, key, usage, cipher))
        .isInstanceOf(MalformedKerberosException.class);
  }

  @Test
  void weakKeysAreKnown() {
    assertThat(DesKey.isWeak(hex("0101010101010101"))).isTrue();
    assertThat(DesKey.isWeak(hex("1ffe1ffe0efe0efe"))).isTrue();
    assertThat(DesKey.isWeak(hex("0101010101010102"))).isFalse();
    byte[] key = hex("00ff7f8001fe0302");
    DesKey.fixParity(key);
    assertThat(key).isEqualTo(hex("01fe7f8001fe0202"));
    assertThat(DesKey.hasOddParity(key)).isTrue();
    assertThat(DesKey.hasOddParity(hex("01fe7f8001fe0203"))).isFalse();
  }

  @Test
  void aDerivedKeyThatIsWeakIsChanged() {
    byte[] key = DerivedKey.tripleDesKey(new byte[21]);

    assertThat(key).isEqualTo(hex("01010101010101f1".repeat(3)));
  }
}
