package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.callback.CallbackTable;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServer;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.lock.LockServer;
import heddle.afs.lock.Place;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.VolSync;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The locks that servers keep on one file. Thread-safe. */
final class VnodeLockServer implements LockServer {
  private static final int EINVAL = 22;

  private final Parts parts;
  private final Vnode vnode;

  /** What all files share. */
  static final class Parts {
    private final StatusFetcher statuses;
    private final VolumeOperations operations;
    private final CallbackTable callbacks;
    private final FileWriter writer;
    private final Lifetime lifetime;
    private final Duration timeout;
    private final ConcurrentHashMap<UUID, Started> started = new ConcurrentHashMap<>();

    Parts(
        StatusFetcher statuses,
        VolumeOperations operations,
        CallbackTable callbacks,
        FileWriter writer,
        Lifetime lifetime,
        Duration timeout) {
      this.statuses = statuses;
      this.operations = operations;
      this.callbacks = callbacks;
      this.writer = writer;
      this.lifetime = lifetime;
      this.timeout = timeout;
    }

    Request begin(Caller caller) {
      return Request.begin(caller, lifetime.clock().nanoTime(), timeout);
    }
  }

  /** When a server's process was started, as it said when it had forgotten its clients so often. */
  private record Started(int generation, Optional<Instant> time) {}

  private record Told(UUID server, int generation, VolSync sync) {}

  VnodeLockServer(Parts parts, Vnode vnode) {
    this.parts = parts;
    this.vnode = vnode;
  }

  @Override
  public Place set(LockType type, Caller caller) throws AfsException {
    Request request = parts.begin(caller);
    Told told =
        parts.operations.change(
            vnode.volume().volume(),
            request,
            () -> "locking " + vnode,
            (calls, server) -> {
              int generation = parts.callbacks.endsOf(server.uuid());
              return new Told(server.uuid(), generation, calls.setLock(vnode.wireFid(), type));
            });
    vnode.volume().note(told.sync());
    Optional<Instant> started = startedIfTold(told, request);
    Place place = new Place(told.server(), vnode.volume().creation(), told.generation(), started);
    boolean fresh = false;
    try {
      parts.statuses.refresh(vnode, request);
      fresh = true;
    } catch (AfsException.PermissionDenied e) {
      fresh = true; // who may not look has nothing that could be out of date
    } finally {
      if (!fresh) {
        giveBack(place, caller);
      }
    }
    return place;
  }

  private void giveBack(Place place, Caller caller) {
    try {
      release(place, caller);
    } catch (AfsException e) {
      // it lapses
    }
  }

  /** As {@link #started}; empty, too, if it cannot be asked. */
  private Optional<Instant> startedIfTold(Told told, Request request) {
    try {
      return started(told.server(), told.generation(), request);
    } catch (AfsException e) {
      return Optional.empty();
    }
  }

  /** Returns when the server's process was started; empty if it does not tell. */
  private Optional<Instant> started(UUID server, int generation, Request request)
      throws AfsException {
    Started known = parts.started.get(server);
    if (known == null || known.generation() != generation || known.time().isEmpty()) {
      known = new Started(generation, askWhenStarted(server, request));
      parts.started.put(server, known);
    }
    return known.time();
  }

  private Optional<Instant> askWhenStarted(UUID server, Request request) throws AfsException {
    try {
      return Optional.of(
          parts.operations.run(
              vnode.volume().volume(),
              request,
              () -> "asking when the server was started",
              (calls, asked) -> {
                requireSame(asked, server);
                return calls.getStartTime();
              }));
    } catch (AfsException.ServerFailure | AfsException.InvalidArgument e) {
      return Optional.empty(); // it cannot tell, or the volume has moved
    }
  }

  /** A lock of one server is nothing to another: the volume has moved. */
  private static void requireSame(FileServer server, UUID wanted) throws CallFailure {
    if (!server.uuid().equals(wanted)) {
      throw CallFailure.aborted(EINVAL);
    }
  }

  /** One call to the server that has granted the lock. */
  private interface Call {
    VolSync make(FileServerCalls calls) throws CallFailure;
  }

  /** What is done with a body: it may be repeated, or not. */
  private interface Way {
    VolSync run(Request request, VolumeOperations.Body<VolSync> body) throws AfsException;
  }

  /** Servers do not ask who extends or releases a lock, so no token is needed for it. */
  private void callAt(Place place, Caller caller, Way way, Call call) throws AfsException {
    VolumeOperations.Body<VolSync> body =
        (calls, server) -> {
          requireSame(server, place.server());
          return call.make(calls);
        };
    VolSync sync;
    try {
      sync = way.run(parts.begin(caller), body);
    } catch (AfsException.TokenExpired | AfsException.TokenRejected e) {
      sync = way.run(parts.begin(Caller.anonymous()), body);
    }
    vnode.volume().note(sync);
  }

  @Override
  public void extend(Place place, Caller caller) throws AfsException {
    try {
      callAt(
          place,
          caller,
          (request, body) ->
              parts.operations.run(
                  vnode.volume().volume(), request, () -> "extending a lock on " + vnode, body),
          calls -> calls.extendLock(vnode.wireFid()));
    } catch (AfsException.InvalidArgument
        | AfsException.NoSuchFile
        | AfsException.StaleFid
        | AfsException.NoSuchVolume e) {
      throw new AfsException.LockLost("the server has no such lock any more", e);
    }
    requireSameVolume(place);
  }

  private void requireSameVolume(Place place) throws AfsException.LockLost {
    if (vnode.volume().creation() != place.instance()) {
      throw new AfsException.LockLost("the volume was restored");
    }
  }

  @Override
  public void release(Place place, Caller caller) throws AfsException {
    callAt(
        place,
        caller,
        (request, body) ->
            parts.operations.change(
                vnode.volume().volume(), request, () -> "unlocking " + vnode, body),
        calls -> calls.releaseLock(vnode.wireFid()));
  }

  @Override
  public Place check(Place place, Caller caller, Duration limit) throws AfsException {
    requireSameVolume(place);
    if (!isAt(place.server())) {
      throw new AfsException.LockLost("the volume has moved");
    }
    int generation = parts.callbacks.endsOf(place.server());
    if (generation == place.generation()) {
      return place;
    }
    Request request = parts.begin(caller).part(parts.lifetime.clock().nanoTime(), limit);
    Optional<Instant> now = started(place.server(), generation, request);
    if (now.isEmpty() || !now.equals(place.started())) {
      throw new AfsException.LockLost("the server was restarted");
    }
    return place.withGeneration(generation);
  }

  private boolean isAt(UUID server) {
    return vnode.volume().volume().servers().stream().anyMatch(at -> at.uuid().equals(server));
  }

  @Override
  public boolean isBelieved(Place place) {
    return parts.callbacks.endsOf(place.server()) == place.generation()
        && vnode.volume().creation() == place.instance()
        && isAt(place.server());
  }

  @Override
  public int count(Caller caller) throws AfsException {
    return parts.statuses.refresh(vnode, parts.begin(caller)).status().lockCount();
  }

  @Override
  public long version() {
    return vnode.foreignVersion();
  }

  @Override
  public void watch(Caller caller) throws AfsException {
    parts.statuses.status(vnode, parts.begin(caller));
  }

  @Override
  public void store() throws AfsException {
    parts.writer.store(vnode, Durability.STORED, parts.begin(Caller.anonymous()));
  }

  @Override
  public boolean isDirty() {
    DirtyFile file = vnode.dirtyIfAny();
    return file != null && file.isDirty();
  }

  @Override
  public void abortStore() {
    parts.writer.abortStore(vnode);
  }

  @Override
  public void drop(AfsException.LockLost cause) {
    parts.writer.lose(vnode, cause);
  }
}
