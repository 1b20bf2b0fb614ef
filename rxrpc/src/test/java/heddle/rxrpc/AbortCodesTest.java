package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever reads a message knows what the number in it is. */
class AbortCodesTest {
  @ParameterizedTest
  @CsvSource({
    "-1, RX_CALL_DEAD",
    "-455, RXGEN_OPCODE",
    "19270400, RXKADINCONSISTENCY",
    "19270412, RXKADILLEGALLEVEL",
    "1859794432, ASN1_BAD_TIMEFORMAT",
    "1859794438, ASN1_BAD_ID",
    "1859794450, ASN1_INDEF_EXTRA_DATA",
    "-1765328353, KRB5KRB_AP_ERR_BAD_INTEGRITY",
    "-1765328347, KRB5KRB_AP_ERR_SKEW",
    "-1765328334, KRB5KRB_AP_ERR_INAPP_CKSUM"
  })
  void aCodeOfRxOrOfItsSecurityHasAName(int code, String name) {
    assertThat(AbortCodes.name(code)).isEqualTo(name + " (" + code + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "363524, VL 4",
    "267268, PT 4",
    "11862791, KTC 7",
    "5376, U 0",
    "49733388, uae 12",
    "1492325122, VOLS 2",
    "-1765328377, krb5 7",
    "1859794680, asn1 248"
  })
  void aCodeOfAnotherTableHasTheTablesName(int code, String name) {
    assertThat(AbortCodes.name(code)).isEqualTo(name + " (" + code + ")");
  }

  @Test
  void aCodeOfNoTableThatIsKnownIsANumber() {
    for (int code : new int[] {0, 1, 13, 110, 255, -100, -456, 4711, -12345, Integer.MIN_VALUE}) {
      String name = code == -100 ? "RX_RESTARTING (-100)" : Integer.toString(code);
      assertThat(AbortCodes.name(code)).isEqualTo(name);
    }
  }
}
