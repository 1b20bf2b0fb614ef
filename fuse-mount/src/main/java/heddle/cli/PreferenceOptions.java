package heddle.cli;

import heddle.afs.Preferences;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what a site prefers: names, servers, where cells come from. */
final class PreferenceOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--dns",
      paramLabel = "auto|off",
      description =
          "Whether cells that neither options nor the file name are looked for in DNS, by"
              + " SRV and AFSDB records; default auto.")
  private Preferences.@Nullable Dns dns;

  @Option(
      names = "--cell-alias",
      paramLabel = "ALIAS=CELL",
      description = "Another name of a cell; more come from a file CellAlias beside the other.")
  private Map<String, String> aliases = new LinkedHashMap<>();

  @Option(
      names = "--sysname",
      paramLabel = "NAME",
      split = ",",
      description = "What @sys at the end of a name stands for; the first that exists is taken.")
  private List<String> systemNames = new ArrayList<>();

  @Option(
      names = "--server-pref",
      paramLabel = "HOST=RANK",
      description =
          "Rank of a server, 0 to 65535: the lowest is asked first. One without a rank has"
              + " 20000 and more, by the time it takes to answer.")
  private Map<String, Integer> ranks = new LinkedHashMap<>();

  /** Returns whether DNS was asked for by name. */
  boolean wantsDns() {
    return dns == Preferences.Dns.AUTO;
  }

  /**
   * Returns what the options make.
   *
   * @param cellServDb the file beside which one with aliases may be
   */
  Preferences preferences(Optional<Path> cellServDb) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    Optional<Path> file =
        cellServDb.map(path -> path.resolveSibling("CellAlias")).filter(Files::isReadable);
    if (file.isPresent()) {
      all.putAll(aliases(Files.readAllLines(file.get(), StandardCharsets.ISO_8859_1)));
    }
    all.putAll(aliases);
    Preferences preferences =
        Preferences.DEFAULT
            .withDns(dns == null ? Preferences.Dns.AUTO : dns)
            .withCellAliases(all)
            .withRanks(addresses());
    return systemNames.isEmpty() ? preferences : preferences.withSystemNames(systemNames);
  }

  /** Reads lines of a cell and its alias; others are left out. */
  private static Map<String, String> aliases(List<String> lines) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 2 && !words[0].startsWith("#")) {
        found.put(words[1], words[0]);
      }
    }
    return found;
  }

  private Map<InetAddress, Integer> addresses() {
    Map<InetAddress, Integer> found = new HashMap<>();
    ranks.forEach(
        (host, rank) -> {
          try {
            Preferences.checkRank(rank);
            for (InetAddress address : InetAddress.getAllByName(host)) {
              found.put(address, rank);
            }
          } catch (IllegalArgumentException e) {
            throw wrong("--server-pref: " + e.getMessage());
          } catch (UnknownHostException e) {
            throw wrong("no address is known of server " + Heddle.shown(host));
          }
        });
    return found;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
