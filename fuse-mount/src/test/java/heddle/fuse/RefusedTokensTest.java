package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefusedTokensTest {
  private final RefusedTokens refusals = new RefusedTokens();

  @Test
  void eachTokenIsNewsOnce() throws Exception {
    Identity alice = Identity.named("uid 1");
    Caller first = alice.now();

    assertThat(refusals.isNews(alice.now())).isTrue();
    assertThat(refusals.isNews(alice.now())).isFalse();
    alice.set("a", RxkadToken.of("alice", 256, new byte[99], new byte[8], Instant.MAX));
    assertThat(refusals.isNews(alice.now())).as("another token").isTrue();
    assertThat(refusals.isNews(first)).isFalse();
  }
}
