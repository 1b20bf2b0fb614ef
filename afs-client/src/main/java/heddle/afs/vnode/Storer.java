package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.cache.Chunk;
import heddle.afs.cache.ChunkCache;
import heddle.afs.cache.ChunkKey;
import heddle.afs.cache.StorePiece;
import heddle.afs.location.CallFailure;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.lock.LockTable;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreSource;
import heddle.afs.rpc.StoreStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings written data to the servers, piece by piece, on the caller's thread. Thread-safe.
 *
 * <p>A store may be sent again when its outcome is not known: the second time it writes the same
 * bytes. What it changes is the data version, which then has grown by more than one; so nothing
 * that was known of the file before is taken over.
 *
 * <p>If a store has made the next version of what was known, only what it wrote has changed: the
 * chunks that it did not touch stay good, and those that it wrote become clean ones.
 */
final class Storer {
  private static final Logger LOG = LoggerFactory.getLogger(Storer.class);

  private final StatusFetcher statuses;
  private final VolumeOperations operations;
  private final ChunkCache chunks;
  private final LockTable locks;
  private final Lifetime lifetime;
  private final Duration timeout;
  private final ConcurrentHashMap<Fid, StoreUnderWay> underWay = new ConcurrentHashMap<>();

  /**
   * Stores with {@code operations}.
   *
   * @param locks give up what must not be stored any more: what was written under those that are
   *     lost
   */
  Storer(
      StatusFetcher statuses,
      VolumeOperations operations,
      ChunkCache chunks,
      LockTable locks,
      Lifetime lifetime,
      Duration timeout) {
    this.statuses = statuses;
    this.operations = operations;
    this.chunks = chunks;
    this.locks = locks;
    this.lifetime = lifetime;
    this.timeout = timeout;
  }

  /**
   * What is to be stored.
   *
   * @param patience for how long data are kept that a server does not take
   * @param freed is told how many bytes of memory became free, or less than 0: are needed more
   */
  record Task(DirtyFile file, StoreTurn turn, Supplier<Patience> patience, LongConsumer freed) {
    Holder writer() {
      return turn.writer();
    }

    Durability durability() {
      return turn.durability();
    }
  }

  /**
   * For how long data are kept that a server does not take.
   *
   * @param withRefused whether those are kept, too, that it will never take
   * @param withToken how long to wait for a valid token
   */
  record Patience(boolean withRefused, Duration withToken) {
    boolean isOver(AfsException cause, DirtyFile file, long nowNanos) {
      return !withRefused && (isFinal(cause) || file.lacksToken(withToken, nowNanos));
    }
  }

  /**
   * What one call brings to the server.
   *
   * @param taken whether the piece was taken for it, and may be given up meanwhile
   * @param sync whether all of the file has to be on disk afterwards
   */
  private record Step(StorePiece piece, boolean taken, StoreStatus status, boolean sync) {}

  private record Told(StatusReply reply, VnodeChange change) {}

  /**
   * Stores until nothing of the turn is left; to be called by whoever's turn it is, who must end
   * it.
   *
   * @throws AfsException as the store failed; the data are kept if it makes sense to try again
   */
  void store(Task task) throws AfsException {
    boolean more = true;
    while (more) {
      lifetime.check();
      more = storePiece(task);
    }
  }

  private boolean storePiece(Task task) throws AfsException {
    long startNanos = lifetime.clock().nanoTime();
    Request request = Request.begin(task.writer().now(), startNanos, timeout);
    DirtyFile file = task.file();
    boolean data = true;
    try {
      KnownStatus known = status(file.vnode(), request);
      locks.settleDoubt(file.vnode().fid(), request.remaining(lifetime.clock().nanoTime()));
      locks.expire(file.vnode().fid());
      Optional<StorePiece> piece = file.take(task.turn(), known.status().length());
      data = piece.isPresent();
      if (!data && (task.durability() != Durability.ON_DISK || !file.isUnsynced())) {
        return false;
      }
      Step step = piece.map(taken -> step(task, taken)).orElseGet(() -> onlySync(known));
      KnownStatus after = send(file, step, known, request);
      Durability reached = step.sync() ? Durability.ON_DISK : Durability.STORED;
      task.freed().accept(file.stored(after, reached));
      file.tookNanos(lifetime.clock().nanoTime() - startNanos);
      return true;
    } catch (AfsException e) {
      failed(task, e, data);
      throw e;
    } catch (RuntimeException | Error e) {
      AfsException cause = new AfsException.ServerFailure("storing " + file.vnode(), e);
      task.freed().accept(-file.delayed(cause, task.writer(), lifetime.clock().nanoTime()));
      throw e;
    }
  }

  private static Step step(Task task, StorePiece piece) {
    boolean sync = task.durability() == Durability.ON_DISK && !task.file().hasMarked();
    StoreStatus status = StoreStatus.NOTHING.withModified(task.file().modified());
    return new Step(piece, true, sync ? status.withSync() : status, sync);
  }

  /** The time must be sent, or the server takes its own; it may have been set since the write. */
  private static Step onlySync(KnownStatus known) {
    StoreStatus status = StoreStatus.NOTHING.withModified(known.status().clientModified());
    return new Step(StorePiece.nothing(), false, status.withSync(), true);
  }

  /** Whoever may write but not look goes by what the last reply said. */
  private KnownStatus status(Vnode vnode, Request request) throws AfsException {
    try {
      return statuses.status(vnode, request);
    } catch (AfsException.NoSuchFile e) {
      throw new AfsException.StaleFid(vnode + " was deleted", e);
    } catch (AfsException.PermissionDenied e) {
      KnownStatus told = vnode.toldTo(request.caller());
      if (told == null) {
        throw e;
      }
      return told;
    }
  }

  private KnownStatus send(DirtyFile file, Step step, KnownStatus known, Request request)
      throws AfsException {
    Vnode vnode = file.vnode();
    StorePiece piece = step.piece();
    StoreRange range = new StoreRange(piece.offset(), piece.length(), piece.fileLength());
    Told told =
        operations.run(
            vnode.volume().volume(),
            request,
            () -> "storing data of " + vnode,
            (calls, server) -> {
              settleDoubt(vnode, request); // it may have come up since the last attempt
              requireWanted(file, step);
              VnodeChange change = VnodeChange.begin(vnode, lifetime.clock().nanoTime());
              return new Told(
                  send(
                      vnode,
                      piece,
                      data -> calls.storeData64(vnode.wireFid(), step.status(), range, data)),
                  change);
            });
    return learn(vnode, piece, known, told, request);
  }

  /** One call that brings data. */
  private interface Sending {
    StatusReply send(StoreSource data) throws CallFailure;
  }

  private StatusReply send(Vnode vnode, StorePiece piece, Sending sending) throws CallFailure {
    var store = new StoreUnderWay(piece.open(), () -> locks.isDoubtful(vnode.fid()));
    underWay.put(vnode.fid(), store);
    try {
      return sending.send(store);
    } catch (CallFailure e) {
      throw store.wasAborted()
          ? CallFailure.of(CallFailure.Kind.BUSY, "the server may have forgotten a lock")
          : e;
    } finally {
      underWay.remove(vnode.fid(), store);
    }
  }

  /**
   * Ends the call that brings data of a file to its server, if one is under way. It is made again
   * as soon as it is known that the data may still be written. Never waits.
   */
  void abort(Fid fid) {
    StoreUnderWay store = underWay.get(fid);
    if (store != null) {
      store.abort();
    }
  }

  private void settleDoubt(Vnode vnode, Request request) throws CallFailure {
    try {
      locks.settleDoubt(vnode.fid(), request.remaining(lifetime.clock().nanoTime()));
    } catch (AfsException.Interrupted e) {
      throw CallFailure.notBegun(CallFailure.Kind.INTERRUPTED, String.valueOf(e.getMessage()));
    } catch (AfsException.ClientClosed e) {
      throw CallFailure.notBegun(CallFailure.Kind.CLOSED, String.valueOf(e.getMessage()));
    } catch (AfsException e) {
      throw CallFailure.notBegun(CallFailure.Kind.BUSY, String.valueOf(e.getMessage()));
    }
  }

  /** A call may be repeated for long; what was given up meanwhile must not come to the server. */
  private void requireWanted(DirtyFile file, Step step) throws CallFailure {
    locks.expire(file.vnode().fid());
    if (step.taken() && !file.isStoring()) {
      throw CallFailure.notBegun(CallFailure.Kind.LOCAL, "the data were given up");
    }
  }

  /** Keeps what was stored as clean chunks, and then makes the new version known. */
  private KnownStatus learn(
      Vnode vnode, StorePiece piece, KnownStatus before, Told told, Request request) {
    FetchStatus status = told.reply().status();
    int creation = vnode.volume().note(told.reply().volSync());
    long oldLength = before.status().length();
    boolean oneStep =
        status.dataVersion() == before.dataVersion() + 1
            && status.length() == piece.lengthAfter(oldLength)
            && creation == before.instance()
            && creation == vnode.volume().creation();
    if (!oneStep) {
      return told.change().made(status, request);
    }
    long first = piece.changedFrom(oldLength) / Chunk.BYTES;
    long end = (piece.changedTo(oldLength) + Chunk.BYTES - 1) / Chunk.BYTES;
    Lineage lineage = before.lineage().afterStore(first, Math.max(first, end));
    keep(vnode, piece, before, lineage);
    return vnode.inherit(told.change().made(status, request), lineage);
  }

  private void keep(Vnode vnode, StorePiece piece, KnownStatus before, Lineage lineage) {
    long oldLength = before.status().length();
    long first = piece.offset() / Chunk.BYTES;
    long end = (piece.offset() + piece.length() + Chunk.BYTES - 1) / Chunk.BYTES;
    for (long i = first; i < end; i++) {
      long index = i;
      chunks.change(
          key(vnode, before, before.lineage(), i),
          key(vnode, before, lineage, i),
          prior -> piece.chunk(index, oldLength, prior));
    }
  }

  private static ChunkKey key(Vnode vnode, KnownStatus known, Lineage lineage, long index) {
    return new ChunkKey(vnode.fid(), lineage.versionOf(index), known.instance(), index);
  }

  /** Whatever failed, the server may have done something: nothing is believed any more. */
  private void failed(Task task, AfsException cause, boolean data) {
    DirtyFile file = task.file();
    long nowNanos = lifetime.clock().nanoTime();
    VnodeChange.begin(file.vnode(), nowNanos).unknown();
    if (!data) {
      LOG.debug("{} may not be on disk: {}", file.vnode(), cause.getMessage());
      return;
    }
    Patience patience = task.patience().get();
    if (!isFinal(cause) || patience.withRefused()) {
      LOG.debug("data of {} wait: {}", file.vnode(), cause.getMessage());
      task.freed().accept(-file.delayed(cause, task.writer(), nowNanos));
    }
    if (patience.isOver(cause, file, nowNanos)) {
      LOG.warn(
          "data that {} wrote to {} are lost: {}", task.writer(), file.vnode(), cause.getMessage());
      task.freed().accept(file.lost(cause, task.writer()));
    }
  }

  /**
   * Returns whether it never goes better: the server has looked at the file and refused. Whatever
   * is about this machine, the way to the server, its Rx, or where the volume is may pass.
   */
  private static boolean isFinal(AfsException cause) {
    return switch (cause) {
      case AfsException.PermissionDenied e -> true;
      case AfsException.NotPermitted e -> true;
      case AfsException.ReadOnlyVolume e -> true;
      case AfsException.QuotaExceeded e -> true;
      case AfsException.NoSpace e -> true;
      case AfsException.FileTooBig e -> true;
      case AfsException.StaleFid e -> true;
      case AfsException.NoSuchFile e -> true;
      case AfsException.IsADirectory e -> true;
      case AfsException.InvalidArgument e -> true;
      case AfsException.ServerFailure e ->
          e.getCause() instanceof CallFailure call && AfsErrorCode.isOfSystem(call.abortCode());
      default -> false;
    };
  }
}
