package heddle.fuse;

import java.util.function.LongSupplier;

/** What all operations of one mount share. Thread-safe. */
final class MountState {
  private final AfsTree tree;
  private final Credentials credentials;
  private final LongSupplier nanoClock;
  private final KernelView kernel = new KernelView();
  private final HandleTable<OpenFile> files = new HandleTable<>(FuseAdapter.MAX_OPEN);
  private final HiddenFiles hidden;
  private final OperationRunner runner;
  private final MountOptions.Access access;
  private final Owners owners;
  private volatile boolean ending;

  MountState(
      AfsTree tree,
      Credentials credentials,
      LongSupplier nanoClock,
      MountOptions.Access access,
      Owners owners) {
    this.access = access;
    this.owners = owners;
    this.tree = tree;
    this.credentials = credentials;
    this.nanoClock = nanoClock;
    this.hidden = new HiddenFiles(tree, files);
    this.runner = new OperationRunner(credentials, hidden::resolve);
  }

  /** Returns whether nothing can be changed through the mount. */
  boolean isReadOnly() {
    return access == MountOptions.Access.READ_ONLY;
  }

  /** Returns whose the kernel is told that files are. */
  Owners owners() {
    return owners;
  }

  AfsTree tree() {
    return tree;
  }

  Credentials credentials() {
    return credentials;
  }

  LongSupplier nanoClock() {
    return nanoClock;
  }

  /** Returns what the kernel was told of files. */
  KernelView kernel() {
    return kernel;
  }

  /** Returns the files that the kernel has open. */
  HandleTable<OpenFile> files() {
    return files;
  }

  /** Returns what libfuse has hidden. */
  HiddenFiles hidden() {
    return hidden;
  }

  OperationRunner runner() {
    return runner;
  }

  /** From now on nothing can be opened, nor written. */
  void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }
}
