package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.cache.Chunk;
import heddle.afs.cache.ChunkCache;
import heddle.afs.cache.ChunkKey;
import heddle.afs.cache.StorePiece;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
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
  private final Lifetime lifetime;
  private final Duration timeout;

  Storer(
      StatusFetcher statuses,
      VolumeOperations operations,
      ChunkCache chunks,
      Lifetime lifetime,
      Duration timeout) {
    this.statuses = statuses;
    this.operations = operations;
    this.chunks = chunks;
    this.lifetime = lifetime;
    this.timeout = timeout;
  }

  /**
   * What is to be stored.
   *
   * @param freed is told how many bytes of memory became free, or less than 0: are needed more
   */
  record Task(
      DirtyFile file,
      Holder writer,
      DirtyFile.Amount amount,
      Durability durability,
      LongConsumer freed) {}

  private record Told(StatusReply reply, VnodeChange change) {}

  /**
   * Stores until nothing is left; to be called by whoever's turn it is, who must end it.
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
    try {
      KnownStatus known = status(file.vnode(), request);
      Optional<StorePiece> piece = next(task, known);
      if (piece.isEmpty()) {
        return false;
      }
      boolean sync = task.durability() == Durability.ON_DISK && !file.hasChanges();
      KnownStatus after = send(file, piece.get(), known, request, sync);
      Durability reached = sync ? Durability.ON_DISK : Durability.STORED;
      task.freed().accept(file.stored(after, reached));
      file.tookNanos(lifetime.clock().nanoTime() - startNanos);
      return true;
    } catch (AfsException e) {
      throw failed(task, e);
    } catch (RuntimeException | Error e) {
      file.delayed(new AfsException.ServerFailure("storing " + file.vnode(), e));
      throw e;
    }
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

  private static Optional<StorePiece> next(Task task, KnownStatus known) {
    long length = known.status().length();
    Optional<StorePiece> piece = task.file().take(task.amount(), length);
    boolean onlySync =
        piece.isEmpty() && task.durability() == Durability.ON_DISK && task.file().isUnsynced();
    return onlySync ? Optional.of(StorePiece.nothing(length)) : piece;
  }

  private KnownStatus send(
      DirtyFile file, StorePiece piece, KnownStatus known, Request request, boolean sync)
      throws AfsException {
    Vnode vnode = file.vnode();
    StoreRange range = new StoreRange(piece.offset(), piece.length(), piece.fileLength());
    StoreStatus plain = StoreStatus.NOTHING.withModified(file.modified());
    StoreStatus status = sync ? plain.withSync() : plain;
    Told told =
        operations.run(
            vnode.volume().volume(),
            request,
            () -> "storing data of " + vnode,
            (calls, server) -> {
              VnodeChange change = VnodeChange.begin(vnode, lifetime.clock().nanoTime());
              return new Told(
                  calls.storeData64(vnode.wireFid(), status, range, piece.open()), change);
            });
    vnode.volume().note(told.reply().volSync());
    return learn(vnode, piece, known, told, request);
  }

  /** Keeps what was stored as clean chunks, and then makes the new version known. */
  private KnownStatus learn(
      Vnode vnode, StorePiece piece, KnownStatus before, Told told, Request request) {
    FetchStatus status = told.reply().status();
    long oldLength = before.status().length();
    boolean oneStep =
        status.dataVersion() == before.dataVersion() + 1
            && status.length() == piece.lengthAfter(oldLength)
            && vnode.volume().instance() == before.instance();
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
      ChunkKey key = key(vnode, before, lineage, i);
      piece
          .chunk(i, oldLength, chunks.find(key(vnode, before, before.lineage(), i)))
          .ifPresent(chunk -> chunks.put(key, chunk));
    }
  }

  private static ChunkKey key(Vnode vnode, KnownStatus known, Lineage lineage, long index) {
    return new ChunkKey(vnode.fid(), lineage.versionOf(index), known.instance(), index);
  }

  /** Whatever failed, the server may have done something: nothing is believed any more. */
  private AfsException failed(Task task, AfsException cause) {
    DirtyFile file = task.file();
    VnodeChange.begin(file.vnode(), lifetime.clock().nanoTime()).unknown();
    if (isPassing(cause)) {
      LOG.debug("data of {} wait: {}", file.vnode(), cause.getMessage());
      task.freed().accept(-file.delayed(cause));
    } else {
      LOG.warn(
          "data that {} wrote to {} are lost: {}", task.writer(), file.vnode(), cause.getMessage());
      task.freed().accept(file.lost(cause));
    }
    return cause;
  }

  /** Returns whether it may go better another time. */
  private static boolean isPassing(AfsException cause) {
    return switch (cause) {
      case AfsException.ServersUnreachable e -> true;
      case AfsException.VolumeUnavailable e -> true;
      case AfsException.TokenExpired e -> true;
      case AfsException.TokenRejected e -> true;
      case AfsException.Interrupted e -> true;
      case AfsException.ClientClosed e -> true;
      default -> false;
    };
  }
}
