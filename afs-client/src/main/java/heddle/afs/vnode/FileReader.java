package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.cache.ByteRange;
import heddle.afs.cache.Chunk;
import heddle.afs.cache.ChunkCache;
import heddle.afs.cache.ChunkKey;
import heddle.afs.location.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads file data through the cache, for callers who may. Thread-safe. */
final class FileReader {
  private static final int MAX_TRIES = 100; // while it is written or stored all the time

  private final StatusFetcher statuses;
  private final DataFetcher data;
  private final VnodeTable table;
  private final ChunkCache chunks;

  FileReader(Fetchers fetchers, ChunkCache chunks) {
    this.statuses = fetchers.statuses();
    this.data = fetchers.data();
    this.table = fetchers.table();
    this.chunks = chunks;
  }

  /** Returns the status of a file that may have been deleted since it was opened. */
  KnownStatus status(Vnode file, Request request) throws AfsException {
    try {
      return statuses.status(file, request);
    } catch (AfsException.NoSuchFile e) {
      throw new AfsException.StaleFid(file + " was deleted", e);
    }
  }

  /** Returns the status as the caller sees it, with all that was written here. */
  FileStatus shown(Vnode file, Request request) throws AfsException {
    for (int i = 0; i < MAX_TRIES; i++) {
      Optional<FileStatus> shown = file.shown(status(file, request), request.caller());
      if (shown.isPresent()) {
        return shown.get();
      } // else it was stored meanwhile
    }
    file.dirty().forgetStored();
    throw new AfsException.ServerFailure(file + " has an older version than was stored");
  }

  /**
   * Fills {@code target} from {@code offset} on; returns how many bytes that were, all of one
   * version of the file.
   */
  int read(Vnode file, ByteBuffer target, long offset, Request request) throws AfsException {
    int start = target.position();
    KnownStatus known = status(file, request);
    for (int i = 0; i < MAX_TRIES; i++) {
      requireFile(file, known);
      boolean mayUseCache = rights(file, known, request).contains(AccessRights.READ);
      Optional<Written> written = written(file, known, target, offset);
      if (written.isEmpty()) {
        known = status(file, request); // it was stored meanwhile
        continue;
      }
      if (!mayUseCache) {
        requireOwn(file, written.get(), request);
      }
      Optional<KnownStatus> newer = Optional.empty();
      for (ByteRange gap : written.get().gaps()) {
        if (newer.isEmpty()) {
          target.position(start + (int) (gap.start() - offset));
          Part part = new Part(target, gap.start(), (int) gap.length(), mayUseCache);
          newer = fill(file, known, part, request);
        }
      }
      if (newer.isEmpty()) {
        target.position(start + written.get().count());
        return written.get().count();
      }
      known = newer.get(); // it changed meanwhile
      target.position(start);
    }
    throw new AfsException.ServerFailure(file + " changes faster than it can be read");
  }

  /**
   * What of a read comes from what was written here.
   *
   * @param count bytes to be read altogether
   * @param gaps what has to come from the server's file
   */
  private record Written(int count, List<ByteRange> gaps) {}

  /** Copies what was written here; empty if {@code known} is older than what was stored. */
  private static Optional<Written> written(
      Vnode file, KnownStatus known, ByteBuffer target, long offset) {
    DirtyFile dirty = file.dirtyIfAny();
    if (dirty == null) {
      long left = known.status().length() - offset;
      int count = (int) Math.min(target.remaining(), Math.max(0, left));
      return Optional.of(
          new Written(
              count, count == 0 ? List.of() : List.of(new ByteRange(offset, offset + count))));
    }
    List<ByteRange> gaps = new ArrayList<>();
    return dirty.read(known, target, offset, gaps).map(count -> new Written(count, gaps));
  }

  /** What the server has not seen yet, it cannot refuse to show. */
  private static void requireOwn(Vnode file, Written written, Request request)
      throws AfsException.PermissionDenied {
    long fromServer = written.gaps().stream().mapToLong(ByteRange::length).sum();
    DirtyFile dirty = file.dirtyIfAny();
    if (fromServer < written.count()
        && dirty != null
        && !dirty.writer().map(who -> who.now().equals(request.caller())).orElse(true)) {
      throw new AfsException.PermissionDenied(
          request.caller() + " may not read what another has written to " + file);
    }
  }

  private record Part(ByteBuffer target, long offset, int count, boolean mayUseCache) {}

  private static void requireFile(Vnode vnode, KnownStatus known) throws AfsException {
    FileType type = known.status().type();
    if (type == FileType.DIRECTORY || type == FileType.MOUNT_POINT) {
      throw new AfsException.IsADirectory(vnode + " is a directory");
    }
    if (type != FileType.FILE) {
      throw new AfsException.InvalidArgument(vnode + " is a symbolic link");
    }
  }

  /**
   * Returns the caller's rights on a file. They are those on its directory, and a change of them
   * breaks the directory's promise only.
   *
   * <p>With the right to read, data that another caller fetched may be used. Whoever does not have
   * it may still be allowed by the server, for instance the owner of a file in a drop box; so it is
   * the server that refuses.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, SAFSS_StoreACL.
   */
  AccessRights rights(Vnode file, KnownStatus known, Request request) throws AfsException {
    Optional<Fid> parent = known.parent(file.fid());
    if (parent.isEmpty()) {
      return known.rightsOf(request.caller());
    }
    try {
      return rightsIn(parent.get(), file, request);
    } catch (AfsException.NoSuchFile e) {
      return rightsOfMoved(file, parent.get(), e, request);
    }
  }

  private AccessRights rightsIn(Fid parent, Vnode file, Request request) throws AfsException {
    Vnode directory = table.vnode(parent, file.volume());
    return statuses.status(directory, request).rightsOf(request.caller());
  }

  /** Nobody is told when another client moves a file: {@code gone} may be where it once was. */
  private AccessRights rightsOfMoved(
      Vnode file, Fid gone, AfsException.NoSuchFile cause, Request request) throws AfsException {
    try {
      Optional<Fid> parent = statuses.refresh(file, request).parent(file.fid());
      if (parent.isPresent() && !parent.get().equals(gone)) {
        return rightsIn(parent.get(), file, request);
      }
    } catch (AfsException.NoSuchFile e) {
      throw new AfsException.StaleFid(file + " was deleted, with its directory", e);
    }
    throw new AfsException.StaleFid("the directory of " + file + " was deleted", cause);
  }

  /** Copies the part; returns the file's newer status if it turned out to have one. */
  private Optional<KnownStatus> fill(Vnode file, KnownStatus known, Part part, Request request)
      throws AfsException {
    long position = part.offset();
    long end = part.offset() + part.count();
    while (position < end) {
      ChunkKey key = key(file, known, position / Chunk.BYTES);
      int from = (int) (position % Chunk.BYTES);
      int count = (int) Math.min(end - position, Chunk.BYTES - from);
      try (ChunkCache.Loaded loaded =
          part.mayUseCache()
              ? chunks.get(
                  key, file.volume().volume(), request, () -> load(file, known, key, request))
              : load(file, known, key, request)) {
        boolean current = loaded.key().equals(key);
        if (!current || loaded.chunk().length() < from + count) {
          if (current) {
            chunks.discard(key); // it must not be in the way for ever
          }
          return Optional.of(newerStatus(file, loaded.key(), request));
        }
        loaded.chunk().copyTo(part.target(), from, count);
      }
      position += count;
    }
    return Optional.empty();
  }

  /** The status that came with the chunk will do, believed or not: the chunk is of that version. */
  private KnownStatus newerStatus(Vnode file, ChunkKey key, Request request) throws AfsException {
    KnownStatus told = file.toldTo(request.caller());
    return told != null && key(file, told, key.index()).equals(key) ? told : status(file, request);
  }

  private static ChunkKey key(Vnode file, KnownStatus known, long index) {
    long version = known.lineage().versionOf(index);
    return new ChunkKey(file.fid(), version, known.instance(), index);
  }

  /** Fetches one chunk, of whatever version the file has when it comes. */
  private ChunkCache.Loaded load(Vnode file, KnownStatus known, ChunkKey key, Request request)
      throws AfsException {
    long offset = key.index() * Chunk.BYTES;
    int length = (int) Math.min(Chunk.BYTES, known.status().length() - offset);
    DataFetcher.Fetched<Chunk.Builder> fetched =
        data.fetch(file, offset, length, () -> chunks.builder(length), request);
    KnownStatus now = fetched.known();
    long expected = Math.min(length, Math.max(0, now.status().length() - offset));
    if (fetched.byteCount() != expected) {
      throw new AfsException.ProtocolViolation(
          fetched.byteCount() + " bytes of " + file + " came where " + expected + " must be");
    }
    return new ChunkCache.Loaded(key(file, now, key.index()), fetched.sink().build());
  }

  /**
   * Begins to fetch chunk {@code index} in the background, if the file has it and it is not there.
   */
  void prefetch(Vnode file, long index, Request request) {
    KnownStatus known = file.believedBy(request);
    if (known != null && index * Chunk.BYTES < known.status().length()) {
      ChunkKey key = key(file, known, index);
      chunks.prefetch(key, () -> load(file, known, key, request));
    }
  }
}
