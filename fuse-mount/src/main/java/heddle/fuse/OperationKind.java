package heddle.fuse;

/** How long an operation can be expected to take. */
enum OperationKind {
  /** It may have to wait until all that was written to a file is stored. */
  STORING,
  /** Anything else. */
  OTHER;

  // of requests
  private static final int WRITE = 16;
  private static final int RELEASE = 18;
  private static final int FSYNC = 20;
  private static final int FLUSH = 25;

  /**
   * Returns the kind of a request.
   *
   * <p>Protocol source: Linux include/uapi/linux/fuse.h, enum fuse_opcode.
   */
  static OperationKind of(int opcode) {
    return switch (opcode) {
      case WRITE, RELEASE, FSYNC, FLUSH -> STORING;
      default -> OTHER;
    };
  }
}
