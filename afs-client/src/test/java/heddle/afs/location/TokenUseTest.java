package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.Protection;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which security class a call has. */
class TokenUseTest {
  private static RxkadToken token() throws Exception {
    return RxkadToken.of("alice", 256, new byte[100], new byte[8], Instant.MAX);
  }

  @Test
  void aTokenGoesWithTheLevelOfItsCell() throws Exception {
    Protection protection =
        Protection.DEFAULT
            .withUsual(new Protection.Levels(RxkadLevel.AUTH, RxkadLevel.AUTH))
            .with("A.example", new Protection.Levels(RxkadLevel.CRYPT, RxkadLevel.CRYPT));
    Identity alice = Identity.named("alice");
    RxkadToken a = token();
    RxkadToken b = token();
    alice.set("a.example", a);
    alice.set("b.example", b);

    assertThat(TokenUse.security(alice, "a.example", protection))
        .isEqualTo(Rxkad.with(a, RxkadLevel.CRYPT));
    assertThat(TokenUse.security(alice, "b.example", protection))
        .isEqualTo(Rxkad.with(b, RxkadLevel.AUTH));
    assertThat(TokenUse.security(alice, "c.example", protection)).isEqualTo(Security.none());
    assertThat(TokenUse.security(Caller.anonymous(), "a.example", protection))
        .isEqualTo(Security.none());
  }

  @Test
  void whoAsksForALevelGetsIt() throws Exception {
    Identity alice = Identity.named("alice", RxkadLevel.CLEAR);
    RxkadToken token = token();
    alice.set("a.example", token);

    assertThat(TokenUse.security(alice, "a.example", Protection.DEFAULT))
        .isEqualTo(Rxkad.with(token, RxkadLevel.CLEAR));
  }

  @Test
  void aLevelBelowItsFloorIsAMistake() {
    assertThatThrownBy(() -> new Protection.Levels(RxkadLevel.CLEAR, RxkadLevel.AUTH))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
