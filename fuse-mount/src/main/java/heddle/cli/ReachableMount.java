package heddle.cli;

import heddle.control.MountControl;
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
record ReachableMount(Path point, int owner, Supplier<Optional<? extends MountControl>> control) {}
