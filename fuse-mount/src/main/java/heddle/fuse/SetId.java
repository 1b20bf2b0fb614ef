package heddle.fuse;

import jnr.ffi.Pointer;

/**
 * The bits of a file's mode that lend its owner's or group's rights to whoever runs it: who changes
 * the file takes them from it. The kernel leaves that to us, since {@link Greeting} has said so.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, FUSE_HANDLE_KILLPRIV_V2.
 */
final class SetId {
  // of requests, as in enum fuse_opcode
  private static final int SETATTR = 4;
  private static final int OPEN = 14;
  private static final int WRITE = 16;
  private static final int CREATE = 35;

  // where a request says that its caller may not keep the bits
  private static final int SETATTR_VALID = RequestHeader.SIZE;
  private static final int SETATTR_BIT = 1 << 11;
  private static final int OPEN_FLAGS = RequestHeader.SIZE + 4;
  private static final int CREATE_FLAGS = RequestHeader.SIZE + 12;
  private static final int OPEN_BIT = 1;
  private static final int WRITE_FLAGS = RequestHeader.SIZE + 20;
  private static final int WRITE_BIT = 1 << 2;

  private SetId() {}

  /** Returns whether the request changes data for a caller who may not keep the bits. */
  static boolean isToDrop(Pointer request) {
    return switch (RequestHeader.opcode(request)) {
      case WRITE -> (request.getInt(WRITE_FLAGS) & WRITE_BIT) != 0;
      case OPEN -> (request.getInt(OPEN_FLAGS) & OPEN_BIT) != 0;
      case CREATE -> (request.getInt(CREATE_FLAGS) & OPEN_BIT) != 0;
      case SETATTR -> (request.getInt(SETATTR_VALID) & SETATTR_BIT) != 0;
      default -> false;
    };
  }

  /**
   * Returns whether the answer to such a request tells the kernel the new mode. (The file that the
   * request names is then not even the one that lost the bits, where it is made: its directory.)
   */
  static boolean isToldByAnswer(Pointer request) {
    int opcode = RequestHeader.opcode(request);
    return opcode == CREATE || opcode == SETATTR;
  }
}
