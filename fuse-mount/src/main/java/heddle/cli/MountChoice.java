package heddle.cli;

import heddle.control.MountControl;
import heddle.control.MountFacts;
import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which mounts a command is about. */
final class MountChoice {
  private static final int ROOT = 0;

  @Option(
      names = "--mount",
      paramLabel = "MOUNTPOINT",
      description =
          "The mount that is meant; default: all of yours and root's. Somebody else's mount"
              + " gets your tokens only if you name it: its owner can use them.")
  private @Nullable String mountPoint;

  /**
   * A mount that was asked what it is.
   *
   * @param point where it is
   */
  record Target(Path point, MountControl control, MountFacts facts) {
    /** Returns where it is, for messages. */
    String shown() {
      return PathBytes.shown(point);
    }

    /** Returns the cell that is meant: {@code named} as the mount writes it, or its own. */
    MountFacts.CellFacts cell(Optional<String> named) throws MountException {
      String wanted = named.orElse(facts.ownCell());
      if (wanted.isEmpty()) {
        throw new MountException("which cell? Name one: heddle login CELL");
      }
      return facts.cells().stream()
          .filter(cell -> cell.name().equalsIgnoreCase(wanted))
          .findFirst()
          .orElseThrow(
              () -> new MountException(shown() + " does not know cell " + Heddle.shown(wanted)));
    }
  }

  /**
   * Returns the mounts that are meant, at least one.
   *
   * @param warnings takes what is wrong with mounts that are left out for it
   * @throws MountException if there is none, or it does not answer
   */
  List<Target> targets(Surroundings surroundings, Consumer<String> warnings)
      throws MountException, IOException {
    if (mountPoint != null) {
      var path = PathBytes.toPath(RawArguments.toBytes(mountPoint));
      return List.of(target(surroundings.mount(path)));
    }
    var targets = new ArrayList<Target>();
    var closed = new ArrayList<MountException>();
    var broken = new ArrayList<MountException>();
    var others = new ArrayList<String>();
    for (ReachableMount mount : surroundings.mounts()) {
      if (mount.owner() == ROOT || mount.owner() == surroundings.uid()) {
        try {
          targets.add(target(mount));
        } catch (MountException e) {
          closed.add(e); // root's own, perhaps, which are nobody else's business
        } catch (IOException e) {
          var failure =
              new MountException(PathBytes.shown(mount.point()) + ": " + Failures.describe(e), e);
          broken.add(failure);
        }
      } else {
        others.add(
            PathBytes.shown(mount.point()) + " of uid " + Integer.toUnsignedString(mount.owner()));
      }
    }
    if (targets.isEmpty() && !broken.isEmpty()) {
      throw broken.getFirst();
    }
    broken.forEach(each -> warnings.accept(each.getMessage()));
    if (targets.isEmpty() && !closed.isEmpty()) {
      throw closed.getFirst();
    }
    if (targets.isEmpty()) {
      throw new MountException(
          others.isEmpty()
              ? "there is no mount; make one: heddle mount MOUNTPOINT"
              : "there are only mounts of others ("
                  + String.join(", ", others)
                  + "), who could use your tokens; if you trust one: --mount MOUNTPOINT");
    }
    return targets;
  }

  private static Target target(ReachableMount mount) throws MountException, IOException {
    MountControl control = mount.reach();
    try {
      return new Target(mount.point(), control, control.describe());
    } catch (ConnectException e) { // it has just named the socket
      throw new IOException(
          "the mount lives, but its control socket has gone (with /run/user/UID, perhaps, when its"
              + " user had logged out); to give it tokens, unmount and mount again",
          e);
    }
  }
}
