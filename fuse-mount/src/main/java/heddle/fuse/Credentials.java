package heddle.fuse;

import heddle.afs.auth.Caller;
import java.util.function.Supplier;
import jnr.ffi.Pointer;

/**
 * Finds out who asks and whose rights that gives. For now everybody is anonymous.
 *
 * <p>The context is libfuse's, of the current thread: ask before handing anything to another one.
 * It is 0/0/0 for what the kernel does by itself (read-ahead, write-back, release): such operations
 * take their identity from the handle.
 */
final class Credentials {
  private final Supplier<Pointer> context;

  /**
   * @param context gives the {@code struct fuse_context} of the current thread
   */
  Credentials(Supplier<Pointer> context) {
    this.context = context;
  }

  /** Returns who sent the request that this thread is working on. */
  Requester requester() {
    Pointer current = context.get();
    return new Requester(
        current.getInt(Structs.Context.USER),
        current.getInt(Structs.Context.GROUP),
        current.getInt(Structs.Context.THREAD),
        Caller.anonymous());
  }
}
