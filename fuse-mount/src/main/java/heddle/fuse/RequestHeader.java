package heddle.fuse;

import jnr.ffi.Pointer;

/**
 * What each request of the kernel begins with.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, {@code fuse_in_header}.
 */
final class RequestHeader {
  /** Length in bytes; what the operation is about comes behind it. */
  static final int SIZE = 40;

  private static final int OPCODE = 4;
  private static final int NUMBER = 8;
  private static final int NODE = 16;
  private static final int CALLER = 32;

  private RequestHeader() {}

  /** Returns which operation is asked for, as in {@code enum fuse_opcode}. */
  static int opcode(Pointer request) {
    return request.getInt(OPCODE);
  }

  /** Returns the number by which the answer, and an interrupt, name the request. */
  static long number(Pointer request) {
    return request.getLong(NUMBER);
  }

  /** Returns the kernel's number of the file that it is about. */
  static long node(Pointer request) {
    return request.getLong(NODE);
  }

  /** Returns the id of the thread that made the system call. */
  static int caller(Pointer request) {
    return request.getInt(CALLER);
  }
}
