package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.AbortCodes;
import org.junit.jupiter.api.Test;

/** Codes that peers abort with are understood. */
class RxkadErrorTest {
  private static final int ASN1_BASE = 1_859_794_432;

  @Test
  void itsOwnCodesAreItsErrors() {
    for (RxkadError error : RxkadError.values()) {
      assertThat(RxkadError.fromAbortCode(error.abortCode())).contains(error);
    }
  }

  @Test
  void numbersOfAsn1AreBadTicketsUnderTheirOwnNumber() {
    assertThat(RxkadError.fromAbortCode(ASN1_BASE)).contains(RxkadError.BAD_TICKET);
    assertThat(RxkadError.fromAbortCode(ASN1_BASE + 255)).contains(RxkadError.BAD_TICKET);
    assertThat(AbortCodes.name(ASN1_BASE + 5)).isEqualTo("ASN1_OVERRUN (1859794437)");
  }

  @Test
  void otherCodesAreNot() {
    assertThat(RxkadError.fromAbortCode(ASN1_BASE - 1)).isEmpty();
    assertThat(RxkadError.fromAbortCode(ASN1_BASE + 256)).isEmpty();
    assertThat(RxkadError.fromAbortCode(-1)).isEmpty();
    assertThat(RxkadError.fromAbortCode(Integer.MIN_VALUE)).isEmpty();
  }
}
