package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** An identity keeps one token for each cell, and may get a new one. */
class IdentityTest {
  private final Identity alice = Identity.named("alice");

  private static RxkadToken token() throws RxkadException {
    return token(Instant.MAX);
  }

  private static RxkadToken token(Instant expiry) throws RxkadException {
    return RxkadToken.of("alice", 256, new byte[100], new byte[8], expiry);
  }

  @Test
  void whoHasATokenForTheCellUsesIt() throws Exception {
    RxkadToken token = token();

    alice.set("A.example", token);

    assertThat(alice.token("a.EXAMPLE")).containsSame(token);
    assertThat(alice.now().token("a.example")).containsSame(token);
    assertThat(alice.token("b.example")).isEmpty();
    assertThat(alice.tokens()).containsOnlyKeys("a.example");
    assertThat(alice.level()).isEmpty();
    assertThat(Identity.named("x", RxkadLevel.AUTH).now().level()).contains(RxkadLevel.AUTH);
  }

  @Test
  void aRenewedTokenTakesThePlaceOfTheOldOneWhichLivesOnUntilTheNext() throws Exception {
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
    RxkadToken first = token();
    RxkadToken second = token();
    alice.set("a", first);
    alice.set("b", second);

    assertThat(alice.drop("A")).isTrue();
    assertThat(alice.drop("never")).isFalse();
    assertThatThrownBy(first::sessionKey).isInstanceOf(RxkadException.class);
    assertThat(alice.token("a")).isEmpty();

    alice.close();
    assertThatThrownBy(second::sessionKey).isInstanceOf(RxkadException.class);
  }

  @Test
  void itIsTheSameCallerAsLongAsItsTokensAre() throws Exception {
    alice.set("a", token());
    Caller before = alice.now();
    RxkadToken first = before.token("a").orElseThrow();

    assertThat(alice.now()).isSameAs(before);
    alice.set("a", token());

    assertThat(alice.now()).isNotEqualTo(before);
    assertThat(before.token("a")).as("then").containsSame(first);
    assertThat(before.now()).isSameAs(before);
  }

  @Test
  void itIsAnotherCallerWhenATokenHasExpired() throws Exception {
    var now = new AtomicReference<>(Instant.ofEpochSecond(100));
    var identity = new Identity("alice", Optional.empty(), now::get);
    identity.set("a", token(Instant.ofEpochSecond(200)));
    identity.set("b", token(Instant.ofEpochSecond(300)));
    identity.set("old", token(Instant.ofEpochSecond(1)));
    Caller before = identity.now();
    now.set(Instant.ofEpochSecond(199));
    assertThat(identity.now()).isSameAs(before);

    now.set(Instant.ofEpochSecond(200));
    Caller after = identity.now();

    assertThat(after).isNotEqualTo(before);
    assertThat(after.token("a")).isPresent();
    assertThat(identity.now()).isSameAs(after);
    now.set(Instant.ofEpochSecond(300));
    assertThat(identity.now()).isNotEqualTo(after);
  }

  @Test
  void identitiesAreEqualToThemselvesOnly() {
    assertThat(alice).isNotEqualTo(Identity.named("alice")).hasToString("alice");
  }
}
