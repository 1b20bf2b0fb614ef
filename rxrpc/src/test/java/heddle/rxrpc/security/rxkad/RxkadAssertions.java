package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests of rxkad say often. */
final class RxkadAssertions {
  private RxkadAssertions() {}

  /** Fails unless the step ends with this error, and with its abort code. */
  static void assertError(ThrowingCallable step, RxkadError error) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            RxkadException.class,
            e -> {
              assertThat(e.error()).as(e.getMessage()).isEqualTo(error);
              assertThat(e.abortCode()).isEqualTo(error.abortCode());
            });
  }
}
