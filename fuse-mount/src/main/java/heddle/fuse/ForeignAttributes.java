package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The kernel's questions for extended attributes that are not supported, answered before libfuse
 * looks up which file is meant: the kernel asks for {@code security.capability} before each write.
 * Used by one thread.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, {@code fuse_getxattr_in}, {@code
 * fuse_out_header}.
 */
final class ForeignAttributes {
  private static final int GETXATTR = 22;
  private static final int OPCODE = 4; // offsets in a request
  private static final int NUMBER = 8;
  private static final int NAME = 48;
  private static final int ANSWER_BYTES = 16; // a header

  private final C c = FuseLibrary.loadC();
  private final int descriptor;
  private final Pointer answer =
      Memory.allocateDirect(Runtime.getSystemRuntime(), ANSWER_BYTES, true);

  /**
   * @param descriptor of the connection to the kernel
   */
  ForeignAttributes(int descriptor) {
    this.descriptor = descriptor;
    answer.putInt(0, ANSWER_BYTES);
    answer.putInt(4, Errno.EOPNOTSUPP.result());
  }

  /** Returns whether the request in {@code memory} is such a question; then it is answered. */
  boolean refuse(Pointer memory) {
    if (memory.getInt(OPCODE) != GETXATTR
        || ExtendedAttributes.maySupport(memory.getString(NAME))) {
      return false;
    }
    answer.putLong(8, memory.getLong(NUMBER));
    c.write(descriptor, answer, ANSWER_BYTES); // fails if nobody waits for it any more
    return true;
  }
}
