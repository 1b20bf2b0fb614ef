package heddle.afs;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a site prefers: names, servers, where cells come from. Immutable; begin with {@link
 * #DEFAULT}, each {@code with} method returns a changed copy.
 *
 * @param systemNames what {@code @sys} at the end of a name stands for, the first that exists
 * @param cellAliases other names of cells in the dynamic root: cells by their aliases
 * @param ranks ranks of file and volume location servers, the lowest asked first; a server without
 *     one has 20,000 and more, by the time it takes to answer
 * @param dns whether cells that no file names are looked for in DNS
 */
public record Preferences(
    List<String> systemNames,
    Map<String, String> cellAliases,
    Map<InetAddress, Integer> ranks,
    Dns dns) {
  /** Whether cells are looked for in DNS. */
  public enum Dns {
    /** By SRV and AFSDB records, where neither options nor a file name the cell. */
    AUTO,
    /** Never. */
    OFF
  }

  /** The greatest rank, which says: only if no other server answers. */
  public static final int MAX_RANK = 65_535;

  /** The system name of this machine as OpenAFS calls it, nothing else; no DNS. */
  public static final Preferences DEFAULT =
      new Preferences(List.of(ownSystemName()), Map.of(), Map.of(), Dns.OFF);

  /** Checks and copies what was given. */
  public Preferences {
    systemNames = List.copyOf(systemNames);
    cellAliases = Map.copyOf(new LinkedHashMap<>(cellAliases));
    ranks = Map.copyOf(ranks);
    ranks.values().forEach(Preferences::checkRank);
  }

  /**
   * Checks a rank.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void checkRank(int rank) {
    if (rank < 0 || rank > MAX_RANK) {
      throw new IllegalArgumentException("a rank is 0 to " + MAX_RANK + ", not " + rank);
    }
  }

  private static String ownSystemName() {
    String machine = Objects.toString(System.getProperty("os.arch"), "").toLowerCase(Locale.ROOT);
    String name =
        switch (machine) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          case "x86" -> "i386";
          default -> machine;
        };
    return name + "_linux26";
  }

  /** Returns a copy with other values of {@code @sys}. */
  public Preferences withSystemNames(List<String> names) {
    return new Preferences(names, cellAliases, ranks, dns);
  }

  /** Returns a copy with other aliases of cells. */
  public Preferences withCellAliases(Map<String, String> aliases) {
    return new Preferences(systemNames, aliases, ranks, dns);
  }

  /** Returns a copy with other ranks. */
  public Preferences withRanks(Map<InetAddress, Integer> newRanks) {
    return new Preferences(systemNames, cellAliases, newRanks, dns);
  }

  /** Returns a copy that asks DNS or does not. */
  public Preferences withDns(Dns value) {
    return new Preferences(systemNames, cellAliases, ranks, value);
  }
}
