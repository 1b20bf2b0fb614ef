package heddle.afs.location;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.AfsException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All cells that a client can find: those of options and files first, then those that a {@link
 * CellResolver} finds, which are remembered as long as it says. Names are compared without regard
 * to case. Thread-safe.
 *
 * <p>A cell that was found once is not lost because nobody answers any more: then the old answer
 * stands.
 */
public final class Cells {
  private static final Logger LOG = LoggerFactory.getLogger(Cells.class);
  private static final Duration SHORTEST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration ABSENCE = Duration.ofMinutes(1);
  private static final int MAX_FOUND = 1000;

  /** What a name in DNS may look like that is taken for a cell's: two labels at least. */
  private static final String NAME = "[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})+";

  private final CellDatabase configured;
  private final Map<String, String> aliases; // cells by aliases
  private final Optional<String> own;
  private final Optional<CellResolver> resolver;
  private final Lifetime lifetime;
  private final Cache<String, Entry> found =
      Caffeine.newBuilder().maximumSize(MAX_FOUND).build(); // by name in lower case

  /** What is known of one name. */
  private static final class Entry {
    final ReentrantLock asking = new ReentrantLock();
    volatile @Nullable Answer answer;
  }

  private record Answer(Optional<CellDatabase.Cell> cell, long sinceNanos, Duration validity) {
    boolean isValid(long nowNanos) {
      return nowNanos - sinceNanos < validity.toNanos();
    }
  }

  /**
   * Names for cells.
   *
   * @param own the cell that {@code @cell} means
   * @param aliases other names, each with the cell it means
   */
  public record Names(Optional<String> own, Map<String, String> aliases) {
    /** No cell of its own, no aliases. */
    public static final Names NONE = new Names(Optional.empty(), Map.of());
  }

  /** Finds the cells of {@code configured}, and others through {@code resolver}. */
  public Cells(
      CellDatabase configured, Names names, Optional<CellResolver> resolver, Lifetime lifetime) {
    this.configured = configured;
    this.aliases = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    this.aliases.putAll(names.aliases());
    this.own = names.own();
    this.resolver = resolver;
    this.lifetime = lifetime;
  }

  /** Returns the client's own cell. */
  public Optional<String> own() {
    return own;
  }

  /** Returns the aliases, each with the cell it means. */
  public Map<String, String> aliases() {
    return Map.copyOf(aliases);
  }

  /** Returns the cells that are known without asking anybody, the configured ones first. */
  public Collection<CellDatabase.Cell> known() {
    return Stream.concat(
            configured.cells().stream(),
            found.asMap().values().stream()
                .flatMap(entry -> Optional.ofNullable(entry.answer).stream())
                .flatMap(answer -> answer.cell().stream()))
        .toList();
  }

  /** Returns the cell of that name or alias, or the own one for {@code @cell}; may block. */
  public Optional<CellDatabase.Cell> named(String name) throws AfsException {
    if (name.equals("@cell")) {
      return own.isPresent() ? cell(own.get()) : Optional.empty();
    }
    Optional<CellDatabase.Cell> known = configured.cell(name);
    String meant = known.isEmpty() ? aliases.get(name) : null;
    return meant == null ? cell(name) : cell(meant);
  }

  /** Returns the cell of that name; blocks for the resolver unless the cell is known. */
  public Optional<CellDatabase.Cell> cell(String name) throws AfsException {
    Optional<CellDatabase.Cell> known = configured.cell(name);
    boolean complete = known.isPresent() && !known.get().hosts().isEmpty();
    if (complete || resolver.isEmpty() || !name.matches(NAME)) {
      return known;
    }
    Optional<CellDatabase.Cell> resolved = resolved(name, resolver.get());
    return resolved.isPresent() ? resolved : known;
  }

  /** Returns the same, or fails with what to do about it. */
  public CellDatabase.Cell required(String name) throws AfsException {
    Optional<CellDatabase.Cell> known = cell(name);
    if (known.isEmpty()) {
      throw unknown(name);
    }
    return known.get();
  }

  /**
   * Returns that there is no cell of that name or alias, as far as is known, and what to do about
   * it.
   */
  public AfsException.NoSuchCell unknown(String alias) {
    String name = aliases.getOrDefault(alias, alias);
    String asked =
        resolver.isPresent() && name.matches(NAME) ? ", and DNS names no servers of it" : "";
    return new AfsException.NoSuchCell(
        "cell "
            + name
            + " is not known"
            + asked
            + "; if there is one, its servers have to be named (heddle: --cell "
            + name
            + " --vlserver ADDRESS, or --cellservdb FILE)");
  }

  private Optional<CellDatabase.Cell> resolved(String name, CellResolver asked)
      throws AfsException {
    Entry entry = found.get(name.toLowerCase(Locale.ROOT), key -> new Entry());
    Answer answer = entry.answer;
    if (answer != null && answer.isValid(lifetime.clock().nanoTime())) {
      return answer.cell();
    }
    try {
      entry.asking.lockInterruptibly(); // one asks, the others wait for it
    } catch (InterruptedException e) {
      throw Lifetime.interrupted(e);
    }
    try {
      answer = entry.answer;
      if (answer == null || !answer.isValid(lifetime.clock().nanoTime())) {
        answer = ask(name, asked, answer);
        entry.answer = answer;
      }
      return answer.cell();
    } finally {
      entry.asking.unlock();
    }
  }

  private Answer ask(String name, CellResolver asked, @Nullable Answer before) throws AfsException {
    try {
      Optional<CellResolver.Found> told = asked.resolve(name.toLowerCase(Locale.ROOT));
      return new Answer(
          told.map(CellResolver.Found::cell),
          lifetime.clock().nanoTime(),
          told.map(each -> bounded(each.validity())).orElse(ABSENCE));
    } catch (AfsException.ServersUnreachable e) {
      if (before == null || before.cell().isEmpty()) {
        throw e;
      }
      LOG.warn("cell {}: {}; going on with what was known", name, e.getMessage());
      return new Answer(before.cell(), lifetime.clock().nanoTime(), SHORTEST);
    }
  }

  private static Duration bounded(Duration validity) {
    if (validity.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return validity.compareTo(LONGEST) > 0 ? LONGEST : validity;
  }
}
