package heddle.fuse;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Messages by which the kernel forgets what it knows of a file.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, {@code fuse_out_header}, {@code
 * fuse_notify_inval_inode_out}.
 */
final class Forgetting {
  /** Length of a message. */
  static final int BYTES = 40;

  private static final int INVALIDATE_INODE = 2;
  private static final int KIND = 4; // offsets
  private static final int NODE = 16;
  private static final int FIRST = 24; // byte, of pages to forget
  private static final int COUNT = 32; // of bytes; 0 for all to the end
  private static final long NO_PAGES = -1;

  private Forgetting() {}

  /** Returns the message for the attributes; sending it waits for nothing. */
  static Pointer attributes(long node) {
    return message(node, NO_PAGES);
  }

  /** Returns the message for attributes and pages; sending it may wait for pages being read. */
  static Pointer all(long node) {
    return message(node, 0);
  }

  private static Pointer message(long node, long first) {
    Pointer message = Memory.allocateDirect(Runtime.getSystemRuntime(), BYTES, true);
    message.putInt(0, BYTES);
    message.putInt(KIND, INVALIDATE_INODE);
    message.putLong(NODE, node);
    message.putLong(FIRST, first);
    message.putLong(COUNT, 0);
    return message;
  }
}
