package heddle.afs.nio;

import heddle.afs.auth.Identity;
import heddle.afs.auth.TokenSource;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps an identity in tokens of one cell: gets a new one when a fifth of its time is left. */
final class TokenKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(TokenKeeper.class);
  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);
  private static final int FIFTHS = 5;

  private final TokenSource source;
  private final String cell;
  private final Identity identity;
  private final CountDownLatch end = new CountDownLatch(1);

  private TokenKeeper(TokenSource source, String cell) {
    this.source = source;
    this.cell = cell;
    this.identity = Identity.named("afs://" + cell);
  }

  /**
   * Gets the first token.
   *
   * @throws IOException if there is none to be had
   */
  static TokenKeeper start(TokenSource source, String cell) throws IOException {
    TokenKeeper keeper = new TokenKeeper(source, cell);
    Duration patience = keeper.renew();
    Thread.ofVirtual().name("heddle-nio-tokens").start(() -> keeper.goOn(patience));
    return keeper;
  }

  Identity identity() {
    return identity;
  }

  /** Sets a new token; returns how long that is good for. */
  private Duration renew() throws IOException {
    RxkadToken token = source.token(cell, List.of());
    identity.set(cell, token);
    Duration lifetime = Duration.between(Instant.now(), token.expiry());
    Duration early = lifetime.dividedBy(FIFTHS).multipliedBy(FIFTHS - 1);
    return early.compareTo(AFTER_A_FAILURE) > 0 ? early : AFTER_A_FAILURE;
  }

  private void goOn(Duration first) {
    Duration patience = first;
    try {
      while (!end.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        patience = renewOrRetry();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration renewOrRetry() {
    try {
      return renew();
    } catch (IOException | RuntimeException e) {
      LOG.warn("no new token for {}: {}", cell, e.getMessage());
      return AFTER_A_FAILURE;
    }
  }

  /** Drops the tokens. */
  void close() {
    end.countDown();
    identity.close();
  }
}
