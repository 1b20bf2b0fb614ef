package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.Ticket;
import heddle.afs.location.ClientClock;
import heddle.afs.location.FileServer;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.FetchStatusReply;
import java.util.concurrent.atomic.LongAdder;

/** Says what a vnode's status is: from memory while a promise stands, else from a server. */
public final class StatusFetcher {
  private final VolumeOperations operations;
  private final CallbackTable callbacks;
  private final Lifetime lifetime;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /** Fetches with {@code operations}, notes promises in {@code callbacks}. */
  public StatusFetcher(VolumeOperations operations, CallbackTable callbacks, Lifetime lifetime) {
    this.operations = operations;
    this.callbacks = callbacks;
    this.lifetime = lifetime;
  }

  private record Told(FetchStatusReply reply, Ticket ticket) {}

  /**
   * Returns the status, believed or told just now; blocks for the server in the latter case.
   *
   * @throws AfsException.NoSuchFile if the vnode is gone
   * @throws AfsException.PermissionDenied if the caller may not know
   */
  KnownStatus status(Vnode vnode, Request request) throws AfsException {
    KnownStatus believed = vnode.believedBy(request);
    if (believed != null) {
      hits.increment();
      return believed;
    }
    return fetch(vnode, request);
  }

  /** The same where it is known that nothing is believed. */
  KnownStatus fetch(Vnode vnode, Request request) throws AfsException {
    vnode.lock(request, lifetime);
    try {
      KnownStatus believed = vnode.believedBy(request); // of whoever had the lock
      if (believed != null) {
        hits.increment();
        return believed;
      }
      misses.increment();
      return ask(vnode, request);
    } finally {
      vnode.unlock();
    }
  }

  /** Asks the server in any case. */
  KnownStatus refresh(Vnode vnode, Request request) throws AfsException {
    vnode.lock(request, lifetime);
    try {
      misses.increment();
      return ask(vnode, request);
    } finally {
      vnode.unlock();
    }
  }

  private KnownStatus ask(Vnode vnode, Request request) throws AfsException {
    Told told =
        operations.run(
            vnode.volume().volume(),
            request,
            () -> "fetching the status of " + vnode,
            (calls, server) -> {
              Ticket ticket = begin(vnode, server);
              return new Told(calls.fetchStatus(vnode.wireFid()), ticket);
            });
    FetchStatusReply reply = told.reply();
    int creation = vnode.volume().note(reply.volSync());
    return vnode.learn(reply.status(), creation, reply.callback(), told.ticket(), request.caller());
  }

  /** Notes what is to be noted before a request about {@code vnode} is sent. */
  Ticket begin(Vnode vnode, FileServer server) {
    return callbacks.begin(vnode.watched(), server.uuid(), clock().nanoTime());
  }

  ClientClock clock() {
    return lifetime.clock();
  }

  void countHit() {
    hits.increment();
  }

  void countMisses(int count) {
    misses.add(count);
  }

  /** Returns how often a status was believed. */
  public long hits() {
    return hits.sum();
  }

  /** Returns how often a server had to be asked. */
  public long misses() {
    return misses.sum();
  }
}
