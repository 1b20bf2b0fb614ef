package heddle.fuse;

import java.util.Optional;
import java.util.function.Supplier;
import jnr.ffi.Pointer;

/**
 * Finds out who asks and whose rights that gives.
 *
 * <p>The context is libfuse's, of the current thread: ask before handing anything to another one.
 * It is 0/0/0 for what the kernel does by itself (read-ahead, write-back, release): such operations
 * take their identity from the handle.
 */
final class Credentials {
  private final Supplier<Pointer> context;
  private final MountIdentities identities;

  /**
   * @param context gives the {@code struct fuse_context} of the current thread
   */
  Credentials(Supplier<Pointer> context, MountIdentities identities) {
    this.context = context;
    this.identities = identities;
  }

  /** Returns who sent the request that this thread is working on. */
  Requester requester() {
    Pointer current = context.get();
    int user = current.getInt(Structs.Context.USER);
    int thread = current.getInt(Structs.Context.THREAD);
    return new Requester(
        user, current.getInt(Structs.Context.GROUP), thread, identities.caller(user, thread));
  }

  /** Returns the name of the socket where users set their tokens, if there is one. */
  Optional<String> controlSocket() {
    return identities.controlSocket();
  }
}
