package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.NewFidTicket;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import java.util.List;
import java.util.function.Supplier;

/** Makes the calls that change vnodes, and notes what is to be noted around them. Thread-safe. */
final class ChangeCalls {
  private final VolumeOperations operations;
  private final CallbackTable callbacks;
  private final Lifetime lifetime;

  ChangeCalls(VolumeOperations operations, CallbackTable callbacks, Lifetime lifetime) {
    this.operations = operations;
    this.callbacks = callbacks;
    this.lifetime = lifetime;
  }

  /** One call to one server. May be made several times, until it may have been executed. */
  @FunctionalInterface
  interface Call<R> {
    R make(FileServerCalls calls) throws CallFailure;
  }

  /**
   * A change that was made.
   *
   * @param changes of the vnodes that it concerns, in their order; each is still to be told {@link
   *     VnodeChange#made} or {@link VnodeChange#unknown}
   * @param newFid for a fid that the reply names first
   */
  record Changed<R>(R reply, List<VnodeChange> changes, NewFidTicket newFid) {}

  /**
   * Makes one change, of one or more vnodes of one volume. If it fails so that it may have been
   * made all the same, nothing is believed of them any more.
   *
   * @throws AfsException.OutcomeUnknown if it may have been made or not
   */
  <R> Changed<R> make(List<Vnode> concerned, Supplier<String> what, Call<R> call, Request request)
      throws AfsException {
    Vnode first = concerned.getFirst();
    try {
      return operations.change(
          first.volume().volume(),
          request,
          what,
          (calls, server) -> {
            long nowNanos = lifetime.clock().nanoTime();
            List<VnodeChange> changes =
                concerned.stream().map(vnode -> VnodeChange.begin(vnode, nowNanos)).toList();
            NewFidTicket newFid = callbacks.beginNew(first.fid(), server.uuid(), nowNanos);
            return new Changed<>(call.make(calls), changes, newFid);
          });
    } catch (AfsException.OutcomeUnknown | AfsException.Interrupted | AfsException.ClientClosed e) {
      concerned.forEach(vnode -> callbacks.end(vnode.watched()));
      throw e;
    }
  }
}
