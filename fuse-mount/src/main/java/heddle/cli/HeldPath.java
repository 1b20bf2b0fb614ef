package heddle.cli;

/**
 * A path in a mount.
 *
 * @param mount the mount that holds it
 * @param below where it is below the mount's root
 */
record HeldPath(ReachableMount mount, byte[] below) {}
