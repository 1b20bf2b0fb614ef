package heddle.fuse;

import heddle.afs.Fid;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's request that a thread works on. libfuse makes several operations of some: it hides
 * an open file before it removes its name, or gives the name to another file. Used by one thread,
 * but for giving it up.
 */
final class CurrentRequest {
  /**
   * What libfuse has hidden for this request.
   *
   * @param name what it was called
   * @param there where it is
   */
  record Hiding(MountPath name, MountPath there, Fid file) {}

  // of requests, as in Linux include/uapi/linux/fuse.h, enum fuse_opcode
  private static final int GETATTR = 3;
  private static final int RENAME = 12;
  private static final int RENAME2 = 45;

  private static final ThreadLocal<CurrentRequest> OF_THREAD =
      ThreadLocal.withInitial(CurrentRequest::new);

  private int opcode;
  private @Nullable Runnable onSetIdDropped;
  private @Nullable Hiding hiding;
  private volatile boolean givenUp;

  private CurrentRequest() {}

  /** Returns what the current thread works on. */
  static CurrentRequest ofThread() {
    return OF_THREAD.get();
  }

  /**
   * The thread begins with another request.
   *
   * @param toldOfMode not null if it changes a file's data for somebody who may not leave it the
   *     bits that lend its owner's or group's rights: what is to be done when it has lost them
   */
  void begin(int nextOpcode, @Nullable Runnable toldOfMode) {
    opcode = nextOpcode;
    onSetIdDropped = toldOfMode;
    hiding = null;
    givenUp = false;
  }

  /** Returns whether the file that it changes must lose its set-user-id and set-group-id bits. */
  boolean dropsSetId() {
    return onSetIdDropped != null;
  }

  /** The file has lost them. */
  void setIdDropped() {
    Runnable listener = onSetIdDropped;
    if (listener != null) {
      listener.run();
    }
  }

  /** Another thread needs this one, and is going to interrupt its wait. */
  void giveUp() {
    givenUp = true;
  }

  /** Returns whether an interrupt is not its caller's, but for want of threads. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Returns whether something gets another name, after what had that name was hidden. */
  boolean isRename() {
    return opcode == RENAME || opcode == RENAME2;
  }

  /** Returns whether it asks for the status of a file that the kernel has, maybe without a name. */
  boolean isOfKnownFile() {
    return opcode == GETATTR;
  }

  void hid(Hiding what) {
    hiding = what;
  }

  /** Returns what was hidden since the request began; null if nothing was. */
  @Nullable Hiding hiding() {
    return hiding;
  }
}
