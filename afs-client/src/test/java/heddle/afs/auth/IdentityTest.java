package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** An identity keeps one token for each cell, and may get a new one. */
class IdentityTest {
  private static RxkadToken token() throws RxkadException {
    return RxkadToken.of("alice", 256, new byte[100], new byte[8], Instant.EPOCH);
  }

  @Test
  void whoHasATokenForTheCellUsesIt() throws Exception {
    Identity alice = Identity.named("alice", RxkadLevel.CRYPT);
    RxkadToken token = token();

    alice.set("a", token);

    assertThat(alice.security("a")).isEqualTo(Rxkad.with(token, RxkadLevel.CRYPT));
    assertThat(alice.security("b")).isEqualTo(Security.none());
    assertThat(alice.tokens()).containsOnlyKeys("a");
  }

  @Test
  void aRenewedTokenTakesThePlaceOfTheOldOneWhichLivesOnUntilTheNext() throws Exception {
    Identity alice = Identity.named("alice", RxkadLevel.CRYPT);
    RxkadToken first = token();
    RxkadToken second = token();
    RxkadToken third = token();
    alice.set("a", first);

    alice.set("a", second);
    assertThat(alice.token("a")).containsSame(second);
    assertThat(first.sessionKey()).hasSize(8);

    alice.set("a", third);
    assertThatThrownBy(first::sessionKey).isInstanceOf(RxkadException.class);
    assertThat(second.sessionKey()).hasSize(8);

    alice.drop("a");
    assertThatThrownBy(second::sessionKey).isInstanceOf(RxkadException.class);
    assertThatThrownBy(third::sessionKey).isInstanceOf(RxkadException.class);
  }

  @Test
  void droppedTokensAreClosed() throws Exception {
    Identity alice = Identity.named("alice", RxkadLevel.CRYPT);
    RxkadToken first = token();
    RxkadToken second = token();
    alice.set("a", first);
    alice.set("b", second);

    alice.drop("a");
    alice.drop("never");
    assertThatThrownBy(first::sessionKey).isInstanceOf(RxkadException.class);
    assertThat(alice.security("a")).isEqualTo(Security.none());

    alice.close();
    assertThatThrownBy(second::sessionKey).isInstanceOf(RxkadException.class);
  }

  @Test
  void identitiesAreEqualToThemselvesOnly() {
    Identity alice = Identity.named("alice", RxkadLevel.CRYPT);

    assertThat(alice).isNotEqualTo(Identity.named("alice", RxkadLevel.CRYPT)).hasToString("alice");
  }
}
