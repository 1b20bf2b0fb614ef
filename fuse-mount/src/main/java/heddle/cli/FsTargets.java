package heddle.cli;

import static java.util.stream.Collectors.joining;

import heddle.afs.AfsConfig;
import heddle.afs.AfsPath;
import heddle.afs.auth.Identity;
import heddle.control.FsAgent;
import heddle.control.FsService;
import heddle.control.MountControl;
import heddle.fuse.AfsTree;
import heddle.fuse.MountException;
import heddle.fuse.MountedPath.LastName;
import heddle.fuse.PathBytes;
import heddle.fuse.RunningMount;
import heddle.fuse.ShellWord;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds who can do what {@code heddle fs} is asked: the mount that holds a path; for {@code
 * /afs/CELL/...} without a mount, a client of this process with the user's own tickets.
 */
final class FsTargets implements AutoCloseable {
  private static final int ROOT = 0;

  private final Surroundings surroundings;
  private final Choice choice;
  private final CellOptions cells;
  private final OwnTickets tickets;
  private final Map<String, Identity> identities = new HashMap<>(); // by cell in lower case
  private @Nullable AfsTree tree;

  /**
   * What the options of the command say.
   *
   * @param mountPoint the mount that is meant where no path says it
   */
  record Choice(Optional<String> mountPoint, CellOptions cells, OwnTickets tickets) {}

  FsTargets(Surroundings surroundings, Choice choice) {
    this.surroundings = surroundings;
    this.choice = choice;
    this.cells = choice.cells();
    this.tickets = choice.tickets();
  }

  /**
   * Returns who is asked what is about no path.
   *
   * @throws MountException if it cannot be told which mount is meant
   */
  FsAgent anywhere() throws IOException, MountException {
    if (choice.mountPoint().isPresent()) {
      byte[] point = RawArguments.toBytes(choice.mountPoint().get());
      return agent(surroundings.mount(PathBytes.toPath(point)).reach());
    }
    Optional<HeldPath> here =
        surroundings.holding(PathBytes.toPath(new byte[] {'.'}), LastName.FOLLOW);
    if (here.isPresent()) {
      return agent(here.get().mount().reach());
    }
    List<ReachableMount> mine =
        surroundings.mounts().stream()
            .filter(mount -> mount.owner() == surroundings.uid() || mount.owner() == ROOT)
            .filter(mount -> !RunningMount.isDead(mount.point()))
            .toList();
    if (mine.size() > 1) {
      throw new MountException(
          "which mount? Give --mount with one of "
              + mine.stream().map(mount -> ShellWord.of(mount.point())).collect(joining(", ")));
    }
    return mine.isEmpty() ? ownTarget(AfsPath.root()).agent() : agent(mine.getFirst().reach());
  }

  /**
   * Returns who knows of a path.
   *
   * @param path as the user gave it
   * @throws MountException if nobody does, with what to do
   */
  FsTarget at(String path, LastName lastName) throws IOException, MountException {
    Optional<HeldPath> held =
        surroundings.holding(PathBytes.toPath(RawArguments.toBytes(path)), lastName);
    if (held.isPresent()) {
      MountControl control = held.get().mount().reach();
      return new FsTarget(
          agent(control), held.get().below(), () -> adviceOf(control, held.get().mount()));
    }
    if (!path.startsWith("/afs/") && !path.equals("/afs")) {
      throw new MountException(
          "it is not in a mount of heddle; give a path in one, or /afs/CELL/... with --cell NAME"
              + " --vlserver ADDRESS if the cell is in no CellServDB");
    }
    return ownTarget(Paths.parse(path, cells.hasDynamicRoot()));
  }

  /** Says what to do where a mount lives whose socket is gone. */
  private static FsAgent agent(MountControl control) {
    return request -> {
      try {
        return control.fs().ask(request);
      } catch (ConnectException e) {
        throw new IOException(
            "the mount lives, but its control socket has gone; unmount and mount again", e);
      }
    };
  }

  private static String adviceOf(MountControl control, ReachableMount mount) {
    try {
      return control.tokens().isEmpty()
          ? "you have no token there; get one: heddle login --mount " + ShellWord.of(mount.point())
          : "";
    } catch (IOException e) {
      return ""; // it does not matter any more
    }
  }

  private FsTarget ownTarget(AfsPath path) throws IOException {
    AfsConfig config = cells.config();
    AfsTree opened = tree;
    if (opened == null) {
      opened = surroundings.open(config);
      tree = opened;
    }
    Optional<String> cell = cell(path, config);
    Identity identity = identity(cell, opened);
    return new FsTarget(
        new FsService(opened).as(identity),
        bytes(path),
        () -> tickets.reason(cell).map(reason -> "as anybody: " + reason).orElse(""));
  }

  private Identity identity(Optional<String> cell, AfsTree opened) {
    return identities.computeIfAbsent(
        cell.orElse("").toLowerCase(Locale.ROOT),
        key -> tickets.identity(surroundings, cell.stream().toList(), opened.cells()));
  }

  private Optional<String> cell(AfsPath path, AfsConfig config) {
    if (!cells.hasDynamicRoot()) {
      return config.thisCell();
    }
    return path.nameCount() == 0
        ? Optional.empty()
        : Optional.of(new String(path.name(0), StandardCharsets.UTF_8).replaceFirst("^\\.", ""));
  }

  private static byte[] bytes(AfsPath path) {
    var text = new StringBuilder("/");
    for (int i = 0; i < path.nameCount(); i++) {
      text.append(i == 0 ? "" : "/").append(RawArguments.fromBytes(path.name(i)));
    }
    return RawArguments.toBytes(text.toString());
  }

  /** Returns the name of a host, or its address if it has none; may block for a name server. */
  String hostName(InetAddress address) {
    return surroundings.hostName(address);
  }

  @Override
  public void close() {
    if (tree != null) {
      tree.close();
    }
    List.copyOf(identities.values()).forEach(Identity::close);
  }
}
