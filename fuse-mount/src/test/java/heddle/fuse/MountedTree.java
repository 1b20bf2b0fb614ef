package heddle.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tree in memory mounted in this process, for as long as a test runs. */
final class MountedTree {
  private final Path mountPoint;
  private final AfsMount mount;
  private final Thread serving;
  private final List<String> notices = new CopyOnWriteArrayList<>();

  private MountedTree(Path mountPoint, AfsMount mount) {
    this.mountPoint = mountPoint;
    this.mount = mount;
    this.serving = Thread.ofPlatform().daemon().start(this::serve);
  }

  static MountedTree mount(MemoryTree tree, Path mountPoint, Duration attributeTimeout)
      throws MountException {
    return mount(tree, mountPoint, attributeTimeout, MountOptions.Access.READ_ONLY);
  }

  static MountedTree mount(
      MemoryTree tree, Path mountPoint, Duration attributeTimeout, MountOptions.Access access)
      throws MountException {
    var options =
        new MountOptions(
            mountPoint,
            "memory.example",
            attributeTimeout,
            MountOptions.Audience.OWNER,
            access,
            MountOptions.Locks.TREE,
            List.of());
    return new MountedTree(mountPoint, AfsMount.mount(tree, options, MountIdentities.anonymous()));
  }

  private void serve() {
    try {
      mount.serve(notices::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns what a user was told at the end. */
  List<String> notices() {
    return notices;
  }

  /** Returns the number of the kernel's requests so far. */
  long requests() {
    return mount.requests();
  }

  void stop() {
    mount.stop();
  }

  /** Waits for the end of the mount. */
  void awaitEnd() throws InterruptedException {
    if (!serving.join(Duration.ofSeconds(30))) {
      throw new AssertionError("the mount does not end");
    }
  }

  /** Leaves no mount behind, whatever the test did. */
  void close() throws InterruptedException {
    mount.stop();
    serving.join(Duration.ofSeconds(30));
    Shell.run(
        Path.of("/"), "! grep -q ' " + mountPoint + " ' /proc/mounts || umount -l " + mountPoint);
  }
}
