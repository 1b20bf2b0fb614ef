package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreStatus;
import java.util.List;

/** Sets parts of vnodes' statuses. Thread-safe. */
final class StatusStorer {
  private final ChangeCalls changes;
  private final Lifetime lifetime;
  private final UnknownOutcome unknownOutcome;

  StatusStorer(ChangeCalls changes, Fetchers fetchers, Lifetime lifetime) {
    this.changes = changes;
    this.lifetime = lifetime;
    this.unknownOutcome = new UnknownOutcome(fetchers);
  }

  /** Sets what {@code status} says; returns the whole status after that. */
  KnownStatus store(Vnode vnode, StoreStatus status, Request request) throws AfsException {
    vnode.lock(request, lifetime);
    try {
      ChangeCalls.Changed<StatusReply> changed =
          changes.make(
              List.of(vnode),
              () -> "setting the status of " + vnode,
              calls -> calls.storeStatus(vnode.wireFid(), status),
              request);
      vnode.volume().note(changed.reply().volSync());
      return changed.changes().getFirst().made(changed.reply().status(), request);
    } catch (AfsException.OutcomeUnknown e) {
      return unknownOutcome.stored(vnode, status, e, request);
    } finally {
      vnode.unlock();
    }
  }
}
