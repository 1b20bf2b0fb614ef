package heddle.afs.vnode;

import heddle.afs.callback.OwnChange;
import heddle.afs.location.Request;
import heddle.afs.rpc.FetchStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change that this client makes to one vnode: what is noted before the request is sent, and what
 * is believed after it. Immutable.
 */
final class VnodeChange {
  private final Vnode vnode;
  private final @Nullable KnownStatus before;
  private final OwnChange promise;

  private VnodeChange(Vnode vnode, @Nullable KnownStatus before) {
    this.vnode = vnode;
    this.before = before;
    this.promise =
        OwnChange.begin(vnode.watched(), before == null ? Optional.empty() : before.grant());
  }

  /** Notes what is to be noted before each try of the request. */
  static VnodeChange begin(Vnode vnode, long nowNanos) {
    return new VnodeChange(vnode, vnode.believed(nowNanos));
  }

  /** Returns the status that was believed before, if any was. */
  Optional<FetchStatus> before() {
    return Optional.ofNullable(before).map(KnownStatus::status);
  }

  /**
   * The server has made the change and says what the status is now. Returns it as the caller may
   * use it; it is believed if what was known before was, and nobody else has changed it since.
   */
  KnownStatus made(FetchStatus status, Request request) {
    return vnode.learnOwn(status, promise.made(), before, request);
  }

  /** Nothing is known of the vnode any more: the change was made, or perhaps, and no reply says. */
  void unknown() {
    promise.unknown();
  }
}
