package heddle.afs.cell;

/**
 * The numbers that a volume's next vnodes get: odd for directories, and a uniquifier that no vnode
 * of the volume ever had. Immutable.
 *
 * <p>Protocol source: OpenAFS src/vol/vnode.h.
 */
record VnodeNumbers(int nextDirectory, int nextOther, int nextUniquifier) {
  /** Those of a volume that has its root only. */
  static final VnodeNumbers FIRST = new VnodeNumbers(3, 2, 2);

  /** A number, and those that are left. */
  record Next(int number, int uniquifier, VnodeNumbers rest) {}

  Next next(VnodeType type) {
    return switch (type) {
      case DIRECTORY ->
          new Next(
              nextDirectory,
              nextUniquifier,
              new VnodeNumbers(nextDirectory + 2, nextOther, nextUniquifier + 1));
      case FILE, SYMLINK ->
          new Next(
              nextOther,
              nextUniquifier,
              new VnodeNumbers(nextDirectory, nextOther + 2, nextUniquifier + 1));
    };
  }
}
