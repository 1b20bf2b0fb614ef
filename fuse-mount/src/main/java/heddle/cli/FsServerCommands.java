package heddle.cli;

import heddle.afs.Preferences;
import heddle.afs.ServerFacts;
import heddle.afs.ServerFacts.Address;
import heddle.afs.ServerFacts.Kind;
import heddle.afs.ServerFacts.State;
import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The commands of {@code heddle fs} about servers.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour); doc/man-pages/pod1/fs_setserverprefs.pod.
 */
final class FsServerCommands {
  private FsServerCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("checkservers", "ask the servers of a cell whether they are there")
            .single("-cell", "the cell; default: the mount's own")
            .flag("-all", "the servers of all cells")
            .flag("-fast", "do not ask, tell what is known")
            .note("heddle fs checkservers -all")
            .note("Only servers that were in use so far are known.")
            .does(FsServerCommands::check),
        FsSyntax.of("getserverprefs", "show the ranks of servers: the lowest is asked first")
            .alias("gp")
            .single("-file", "write to this file")
            .flag("-numeric", "addresses, not names")
            .flag("-vlservers", "of volume location servers")
            .note("heddle fs getserverprefs -numeric")
            .note("A server that nobody gave a rank has 20000 and a point for each 10 us.")
            .does(FsServerCommands::ranks),
        FsSyntax.of("setserverprefs", "give servers ranks (for who mounted, and root)")
            .alias("sp")
            .list("-servers", "pairs of a file server and its rank, 0 to 65535")
            .list("-vlservers", "pairs of a volume location server and its rank")
            .single("-file", "a file with pairs for file servers")
            .flag("-stdin", "the same from standard input")
            .note("heddle fs setserverprefs near.example.org 5000")
            .does(FsServerCommands::setRanks));
  }

  private static void check(FsRun run) throws IOException {
    FsArguments arguments = run.arguments();
    Optional<String> cell = arguments.value("-cell").map(RightsChange::text);
    if (cell.isEmpty() && !arguments.has("-all")) {
      cell = run.ask(new FsRequest.ListCells(), FsAnswer.Cells.class).cells().own();
    }
    FsRequest request =
        arguments.has("-fast") ? new FsRequest.ListServers() : new FsRequest.CheckServers(cell);
    Optional<String> wanted = cell;
    List<ServerFacts> servers =
        run.ask(request, FsAnswer.Servers.class).servers().stream()
            .filter(each -> wanted.map(each.cell()::equalsIgnoreCase).orElse(true))
            .toList();
    List<ServerFacts> down = servers.stream().filter(each -> each.state() == State.DOWN).toList();
    if (run.json()) {
      servers.forEach(server -> run.add(json(server)));
    } else if (down.isEmpty()) {
      run.output().text("All servers are running.\n");
    } else {
      run.output().text("These servers unavailable due to network or server problems: ");
      Set<InetAddress> hosts = new LinkedHashSet<>(); // several servers may be on one
      down.forEach(server -> hosts.add(server.addresses().getFirst().address()));
      for (InetAddress host : hosts) {
        run.output().text(" " + run.hostName(host));
      }
      run.output().text(".\n");
    }
    if (!down.isEmpty()) {
      run.fail();
    }
  }

  /** Returns a server as JSON. */
  static Map<String, Object> json(ServerFacts server) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("cell", server.cell());
    fields.put("kind", server.kind() == Kind.FILES ? "file" : "location");
    fields.put("state", server.state().name().toLowerCase(Locale.ROOT));
    fields.put("addresses", server.addresses().stream().map(FsServerCommands::json).toList());
    return fields;
  }

  private static Map<String, Object> json(Address address) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("address", address.address().getHostAddress());
    fields.put("rank", address.rank());
    address.answerNanos().ifPresent(nanos -> fields.put("roundTripMicros", nanos / 1000));
    return fields;
  }

  private static void ranks(FsRun run) throws IOException {
    Kind kind = run.arguments().has("-vlservers") ? Kind.LOCATIONS : Kind.FILES;
    var lines = new StringBuilder();
    for (ServerFacts server :
        run.ask(new FsRequest.ListServers(), FsAnswer.Servers.class).servers()) {
      if (server.kind() != kind) {
        continue;
      }
      if (run.json()) {
        run.add(json(server));
        continue;
      }
      for (Address address : server.addresses()) {
        String name =
            run.arguments().has("-numeric")
                ? address.address().getHostAddress()
                : run.hostName(address.address());
        lines.append(String.format("%-50s %5d\n", name, address.rank()));
      }
    }
    Optional<String> file = run.arguments().value("-file");
    if (file.isPresent()) {
      Files.writeString(PathBytes.toPath(RawArguments.toBytes(file.get())), lines);
    } else {
      run.output().text(lines.toString());
    }
  }

  private static void setRanks(FsRun run) throws IOException {
    FsArguments arguments = run.arguments();
    List<String> files = new ArrayList<>();
    if (arguments.value("-file").isPresent()) {
      files.addAll(
          words(
              Files.readString(
                  PathBytes.toPath(RawArguments.toBytes(arguments.required("-file"))))));
    }
    if (arguments.has("-stdin")) {
      files.addAll(words(new String(System.in.readAllBytes(), StandardCharsets.UTF_8)));
    }
    files.addAll(arguments.values("-servers"));
    setRanks(run, Kind.FILES, files);
    setRanks(run, Kind.LOCATIONS, arguments.values("-vlservers"));
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  private static void setRanks(FsRun run, Kind kind, List<String> words) throws IOException {
    var ranks = new ArrayList<FsRequest.Rank>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      ranks.addAll(ranks(run, words.get(i), words.get(i + 1)));
    }
    if (words.size() % 2 != 0) {
      run.complain("fs: the last server has no rank; give pairs: SERVER RANK");
    } else if (!ranks.isEmpty()) {
      run.ask(new FsRequest.SetRanks(kind, ranks), FsAnswer.Done.class);
    }
  }

  /** Returns the rank for each address of a host; none if something is wrong, which was told. */
  private static List<FsRequest.Rank> ranks(FsRun run, String host, String rank) {
    if (!rank.matches("\\d{1,5}") || Integer.parseInt(rank) > Preferences.MAX_RANK) {
      run.complain("fs: a rank is 0 to " + Preferences.MAX_RANK + ", not " + Heddle.shown(rank));
      return List.of();
    }
    try {
      return List.of(InetAddress.getAllByName(host)).stream()
          .map(address -> new FsRequest.Rank(address, Integer.parseInt(rank)))
          .toList();
    } catch (UnknownHostException e) {
      run.complain(Heddle.shown(host) + ": couldn't resolve name.");
      return List.of();
    }
  }
}
