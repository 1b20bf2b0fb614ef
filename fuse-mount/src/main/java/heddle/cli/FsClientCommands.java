package heddle.cli;

import heddle.afs.CellFacts;
import heddle.afs.KnownCell;
import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of {@code heddle fs} about a whole mount: its cells and system names.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour).
 */
final class FsClientCommands {
  private FsClientCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("listcells", "show the cells that are known, and their servers")
            .flag("-numeric", "addresses, not names")
            .note("heddle fs listcells -numeric")
            .does(FsClientCommands::listCells),
        FsSyntax.of("listaliases", "show other names of cells")
            .note("heddle fs listaliases")
            .does(FsClientCommands::listAliases),
        FsSyntax.of("wscell", "show the mount's own cell")
            .note("heddle fs wscell")
            .does(FsClientCommands::ownCell),
        FsSyntax.of("sysname", "show or set what @sys in names stands for")
            .list("-newsys", "names, the first that exists is taken (for who mounted, and root)")
            .note("heddle fs sysname amd64_debian12 amd64_linux26")
            .does(FsClientCommands::systemNames));
  }

  private static CellFacts cells(FsRun run) throws IOException {
    return run.ask(new FsRequest.ListCells(), FsAnswer.Cells.class).cells();
  }

  private static void listCells(FsRun run) throws IOException {
    for (KnownCell cell : cells(run).cells()) {
      List<InetAddress> addresses = cell.databaseAddresses();
      if (run.json()) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("cell", cell.name());
        fields.put("hosts", cell.databaseHosts());
        fields.put("addresses", addresses.stream().map(InetAddress::getHostAddress).toList());
        run.add(fields);
        continue;
      }
      run.output().text("Cell " + cell.name() + " on hosts");
      for (InetAddress address : addresses) {
        run.output()
            .text(
                " "
                    + (run.arguments().has("-numeric")
                        ? address.getHostAddress()
                        : run.hostName(address)));
      }
      run.output().text(".\n");
    }
  }

  private static void listAliases(FsRun run) throws IOException {
    for (CellFacts.Alias alias : cells(run).aliases()) {
      if (run.json()) {
        run.add(Map.of("alias", alias.alias(), "cell", alias.cell()));
      } else {
        run.output().text("Alias " + alias.alias() + " for cell " + alias.cell() + "\n");
      }
    }
  }

  private static void ownCell(FsRun run) throws IOException {
    String own = cells(run).own().orElse("");
    if (own.isEmpty()) {
      run.complain("fs: the mount has no cell of its own; mount with --cell NAME");
    } else if (run.json()) {
      run.add(Map.of("cell", own));
    } else {
      run.output().text("This workstation belongs to cell '" + own + "'\n");
    }
  }

  private static void systemNames(FsRun run) throws IOException {
    List<String> given =
        run.arguments().values("-newsys").stream().map(RightsChange::text).toList();
    if (!given.isEmpty()) {
      run.ask(new FsRequest.SetSystemNames(given), FsAnswer.Done.class);
      if (!run.json()) {
        run.output().text("fs: new sysname" + (given.size() > 1 ? " list" : "") + " set.\n");
      }
    }
    List<String> names = run.ask(new FsRequest.ListSystemNames(), FsAnswer.Names.class).names();
    if (run.json()) {
      run.add(Map.of("systemNames", names));
    } else if (given.isEmpty() && names.isEmpty()) {
      run.complain("No sysname name value was found");
    } else if (given.isEmpty()) {
      run.output().text("Current sysname" + (names.size() > 1 ? " list" : "") + " is");
      for (String name : names) {
        run.output().text(" '" + name + "'");
      }
      run.output().newLine();
    }
  }
}
