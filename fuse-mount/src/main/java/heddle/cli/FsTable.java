package heddle.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All commands of {@code heddle fs}, by family. */
final class FsTable {
  private static final List<FsSyntax> ALL =
      Stream.of(
              FsAclCommands.table(),
              FsVolumeCommands.table(),
              FsPlaceCommands.table(),
              FsMountPointCommands.table(),
              FsCacheCommands.table(),
              FsServerCommands.table(),
              FsClientCommands.table())
          .flatMap(List::stream)
          .toList();

  private FsTable() {}

  static List<FsSyntax> all() {
    return ALL;
  }

  /**
   * Returns the command of that name, which may be cut short as long as it is the only one that
   * begins so.
   *
   * @throws FsUsageException if there is none, or several
   */
  static FsSyntax find(String given) throws FsUsageException {
    Optional<FsSyntax> exact = ALL.stream().filter(each -> each.isCalled(given)).findFirst();
    if (exact.isPresent()) {
      return exact.get();
    }
    List<FsSyntax> begun = ALL.stream().filter(each -> each.canBeCalled(given)).toList();
    if (begun.size() == 1) {
      return begun.getFirst();
    }
    String shown = Heddle.shown(given);
    throw new FsUsageException(
        begun.isEmpty()
            ? "unrecognized operation '" + shown + "'; for the list: heddle fs help"
            : "ambiguous operation '"
                + shown
                + "': "
                + String.join(", ", begun.stream().map(FsSyntax::name).toList()));
  }
}
