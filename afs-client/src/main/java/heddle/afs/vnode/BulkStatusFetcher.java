package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.auth.Caller;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.callback.Ticket;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.BulkStatus;
import heddle.afs.rpc.BulkStatusReply;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what the statuses of a directory's entries are. Who asks for several gets their neighbours
 * with them, 50 in one call; who goes through the directory in order gets the next batches too,
 * fetched at the same time on virtual threads.
 *
 * <p>A batch only ever adds to what is known: an entry that it brings no status of is asked for
 * alone when somebody wants it.
 */
final class BulkStatusFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(BulkStatusFetcher.class);
  private static final int MAX_AHEAD = 32; // batches on their way that nobody waits for yet
  private static final int MAX_SCANNED = 1000; // entries looked at for one batch

  private final StatusFetcher statuses;
  private final VolumeOperations operations;
  private final VnodeTable table;
  private final Lifetime lifetime;
  private final Duration timeout;
  private final ConcurrentHashMap<Wanted, CountDownLatch> flights = new ConcurrentHashMap<>();
  private final Semaphore ahead = new Semaphore(MAX_AHEAD);

  /** A status that is on its way. */
  private record Wanted(Fid fid, Caller caller) {}

  /** Vnodes to be asked for in one call, and how far the directory was looked through for them. */
  private record Batch(Vnode directory, List<Vnode> vnodes, CountDownLatch landed, int endOffset) {}

  BulkStatusFetcher(
      StatusFetcher statuses,
      VolumeOperations operations,
      VnodeTable table,
      Lifetime lifetime,
      Duration timeout) {
    this.statuses = statuses;
    this.operations = operations;
    this.table = table;
    this.lifetime = lifetime;
    this.timeout = timeout;
  }

  /** An entry of a directory, and the vnode that it names. */
  record Child(
      Vnode directory, DirectoryContents names, DirectoryContents.Entry entry, Vnode vnode) {}

  /** Returns the status of an entry, as {@link StatusFetcher#status} does. */
  KnownStatus status(Child child, Request request) throws AfsException {
    child.vnode().foundBefore(child.entry().nextOffset());
    KnownStatus known = knownOrAsked(child, request);
    return known.mayBeIn(child.directory().fid())
        ? known
        : statuses.refresh(child.vnode(), request);
  }

  private KnownStatus knownOrAsked(Child child, Request request) throws AfsException {
    KnownStatus believed = child.vnode().believedBy(request);
    if (believed != null) {
      statuses.countHit();
      return believed;
    }
    if (!awaitFlight(child, request)
        && child.vnode().believedBy(request) == null // nor has one landed since
        && child.directory().listing().missed()) {
      flyInBulk(child, request);
    }
    return statuses.status(child.vnode(), request);
  }

  /** Waits for the batch that the entry is in; returns whether it is in one. */
  private boolean awaitFlight(Child child, Request request) throws AfsException {
    CountDownLatch flight = flights.get(new Wanted(child.vnode().fid(), request.caller()));
    if (flight == null) {
      return false;
    }
    Duration left = request.remaining(statuses.clock().nanoTime());
    lifetime.await(flight, left, child.vnode().volume().volume());
    return true;
  }

  private void flyInBulk(Child child, Request request) throws AfsException {
    Listing listing = child.directory().listing();
    int start = child.entry().nextOffset();
    boolean inOrder =
        child
            .names()
            .entryFrom(listing.frontier())
            .map(first -> first.nextOffset() == start)
            .orElse(false);
    Batch batch = collect(child, start, request, child.vnode());
    int offset = batch.endOffset();
    for (int left = listing.batchesAhead(inOrder || isFirst(child)); left > 0; left--) {
      Optional<Integer> next = flyAhead(child, offset, request.caller());
      if (next.isEmpty()) {
        break;
      }
      offset = next.get();
    }
    listing.fetchedUpTo(offset);
    if (!batch.vnodes().isEmpty()) {
      fly(batch, request);
    }
  }

  /** Whether the entry is the first that is no {@code .} or {@code ..}. */
  private static boolean isFirst(Child child) {
    return first(child.names(), 0)
        .map(entry -> entry.nextOffset() == child.entry().nextOffset())
        .orElse(false);
  }

  private static Optional<DirectoryContents.Entry> first(DirectoryContents names, int offset) {
    Optional<DirectoryContents.Entry> entry = names.entryFrom(offset);
    while (entry.isPresent() && OpenDirectory.isDots(entry.get().name())) {
      entry = names.entryFrom(entry.get().nextOffset());
    }
    return entry;
  }

  /** Starts one batch on a thread of its own; returns where the next would begin. */
  private Optional<Integer> flyAhead(Child child, int offset, Caller caller) {
    if (!ahead.tryAcquire()) {
      return Optional.empty();
    }
    Request request = Request.begin(caller, statuses.clock().nanoTime(), timeout);
    Batch batch = collect(child, offset, request, null);
    if (batch.vnodes().isEmpty()) {
      ahead.release();
      return Optional.empty();
    }
    Thread.ofVirtual()
        .name("heddle-statuses")
        .start(
            () -> {
              try {
                fly(batch, request);
              } catch (AfsException e) {
                LOG.debug("fetching statuses ahead: {}", e.getMessage()); // whoever wants them
              } finally {
                ahead.release();
              }
            });
    return Optional.of(batch.endOffset());
  }

  /** Collects entries from {@code offset} on that are neither believed nor on their way. */
  private Batch collect(Child child, int offset, Request request, @Nullable Vnode wanted) {
    List<Vnode> vnodes = new ArrayList<>();
    CountDownLatch landed = new CountDownLatch(1);
    if (wanted != null) {
      add(wanted, vnodes, landed, request);
    }
    int end = offset;
    for (int i = 0; i < MAX_SCANNED && vnodes.size() < FileService.MAX_BULK_FIDS; i++) {
      Optional<DirectoryContents.Entry> entry = first(child.names(), end);
      if (entry.isEmpty()) {
        break;
      }
      end = entry.get().nextOffset();
      Vnode vnode = table.entry(child.directory(), entry.get());
      if (vnode.believedBy(request) == null) {
        add(vnode, vnodes, landed, request);
      }
    }
    return new Batch(child.directory(), vnodes, landed, end);
  }

  private void add(Vnode vnode, List<Vnode> to, CountDownLatch landed, Request request) {
    if (flights.putIfAbsent(new Wanted(vnode.fid(), request.caller()), landed) == null) {
      to.add(vnode);
    }
  }

  private record Told(BulkStatusReply reply, List<Ticket> tickets) {}

  /** Makes the call on this thread; whatever happens, the batch lands. */
  private void fly(Batch batch, Request request) throws AfsException {
    try {
      statuses.countMisses(batch.vnodes().size());
      learn(batch, ask(batch, request), request.caller());
    } catch (AfsException.PermissionDenied
        | AfsException.NoSuchFile
        | AfsException.ServerFailure
        | AfsException.ProtocolViolation e) {
      LOG.debug("bulk status: {}", e.getMessage()); // asking for one alone will tell
    } finally {
      for (Vnode vnode : batch.vnodes()) {
        flights.remove(new Wanted(vnode.fid(), request.caller()), batch.landed());
      }
      batch.landed().countDown();
    }
  }

  private Told ask(Batch batch, Request request) throws AfsException {
    List<WireFid> fids = batch.vnodes().stream().map(Vnode::wireFid).toList();
    return operations.run(
        batch.directory().volume().volume(),
        request,
        () -> "fetching statuses of entries of " + batch.directory(),
        (calls, server) -> {
          List<Ticket> tickets =
              batch.vnodes().stream().map(vnode -> statuses.begin(vnode, server)).toList();
          return new Told(calls.inlineBulkStatus(fids), tickets);
        });
  }

  private void learn(Batch batch, Told told, Caller caller) {
    int creation = batch.directory().volume().note(told.reply().volSync());
    List<BulkStatus> entries = told.reply().entries();
    int count = Math.min(entries.size(), batch.vnodes().size());
    for (int i = 0; i < count; i++) {
      if (entries.get(i) instanceof BulkStatus.Found(var status, var promise)) {
        Vnode vnode = batch.vnodes().get(i);
        vnode.learn(status, creation, promise, told.tickets().get(i), caller);
        table.keep(vnode);
      }
    }
  }
}
