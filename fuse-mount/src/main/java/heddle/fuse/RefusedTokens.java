package heddle.fuse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.auth.Caller;

/**
 * Whose tokens the log says already that they were refused: a user with a bad one could fill it
 * with a line for each operation. Thread-safe.
 */
final class RefusedTokens {
  private static final int MAX_KNOWN = 1 << 12;

  private final Cache<Caller, Boolean> known =
      Caffeine.newBuilder().executor(Runnable::run).weakKeys().maximumSize(MAX_KNOWN).build();

  /** Returns whether nothing was said yet of the tokens that the caller has now. */
  boolean isNews(Caller tokens) {
    return known.asMap().putIfAbsent(tokens, true) == null;
  }
}
