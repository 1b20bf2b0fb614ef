package heddle.cli;

import heddle.control.MountControl;
import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import heddle.fuse.RunningMount;
import heddle.fuse.ShellWord;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A mount, and how to talk to it.
 *
 * @param point where it is mounted
 * @param owner number of the user who mounted
 * @param control asks it; gives nothing if it does not let this user talk to it
 */
record ReachableMount(Path point, int owner, Supplier<Optional<? extends MountControl>> control) {
  /**
   * Returns how to talk to it.
   *
   * @throws MountException if it does not let this user, or is dead, with what to do
   */
  MountControl reach() throws MountException {
    Optional<? extends MountControl> found = control.get();
    if (found.isPresent()) {
      return found.get();
    }
    throw new MountException(
        RunningMount.isDead(point)
            ? PathBytes.shown(point)
                + " is dead: its process has gone; take it away: heddle umount "
                + ShellWord.of(point)
            : PathBytes.shown(point)
                + " does not answer you: only uid "
                + Integer.toUnsignedString(owner)
                + " may use it (no --allow-other), or it takes no tokens");
  }
}
