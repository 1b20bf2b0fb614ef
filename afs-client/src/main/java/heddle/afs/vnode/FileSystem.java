package heddle.afs.vnode;

import heddle.afs.AfsConfig;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.Closing;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.FsOperations;
import heddle.afs.KnownCell;
import heddle.afs.StatusUpdate;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import heddle.afs.cache.Chunk;
import heddle.afs.cache.ChunkCache;
import heddle.afs.cache.DirtyMemory;
import heddle.afs.callback.CallbackBreaker;
import heddle.afs.callback.CallbackTable;
import heddle.afs.location.CellDatabase;
import heddle.afs.location.Cells;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeLocator;
import heddle.afs.location.VolumeOperations;
import heddle.afs.lock.LockHandle;
import heddle.afs.lock.LockTable;
import heddle.afs.rpc.FetchVolumeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** All files of all cells below one root, for any caller. Thread-safe. */
public final class FileSystem {
  private static final int MAX_READ_AHEAD = 8; // chunks
  private static final Duration GIVING_UP = Duration.ofSeconds(5);
  private static final int CACHE_SHARE_OF_READ_AHEAD = 8; // at most one part in so many

  private final Lifetime lifetime;
  private final Duration timeout;
  private final Cells cells;
  private final VolumeOperations operations;
  private final Fetchers fetchers;
  private final PathWalker walker;
  private final FileReader reader;
  private final Changers changers;
  private final TreeChanges changes;
  private final AccessLists accessLists;
  private final FsCommands commands;
  private final FileWriter writer;
  private final WriteBack writeBack;
  private final LockTable locks;
  private final VnodeLockServer.Parts lockParts;
  private final DynamicRoot dynamicRoot;
  private final SystemNames systemNames;
  private final int maxReadAhead;
  private final SmallFilesAhead smallFilesAhead;
  private final Closing closing;

  /** What a file system is made of. */
  public record Parts(
      Lifetime lifetime, Cells cells, VolumeLocator locator, VolumeOperations operations) {}

  /** What a file system keeps. */
  public record Caches(
      CallbackTable callbacks,
      CallbackBreaker breaker,
      VnodeTable vnodes,
      StatusFetcher statuses,
      ChunkCache chunks,
      DirtyMemory dirty) {}

  /** Puts the parts together; contacts nobody. */
  public FileSystem(AfsConfig config, Parts parts, Caches caches, Instant now) {
    lifetime = parts.lifetime();
    timeout = config.timeout();
    cells = parts.cells();
    operations = parts.operations();
    StatusFetcher statuses = caches.statuses();
    VnodeTable table = caches.vnodes();
    DataFetcher data = new DataFetcher(operations, statuses);
    ContentsFetcher contents = new ContentsFetcher(data, statuses, table, lifetime);
    fetchers =
        new Fetchers(
            table,
            statuses,
            new BulkStatusFetcher(statuses, operations, table, lifetime, timeout),
            data,
            contents,
            new MountResolver(parts.locator(), contents, table, lifetime));
    dynamicRoot = new DynamicRoot(parts.cells(), now);
    reader = new FileReader(fetchers, caches.chunks());
    smallFilesAhead = new SmallFilesAhead(fetchers.table(), reader);
    locks = new LockTable(config.locks(), lifetime);
    Storer storer = new Storer(statuses, operations, caches.chunks(), locks, lifetime, timeout);
    writeBack = new WriteBack(storer, caches.dirty(), lifetime);
    writer = new FileWriter(writeBack, lifetime, InstantSource.system());
    closing = config.closing();
    lockParts =
        new VnodeLockServer.Parts(
            statuses, operations, caches.callbacks(), writer, lifetime, timeout);
    systemNames = new SystemNames(config.preferences().systemNames());
    walker = new PathWalker(root(config), dynamicRoot, systemNames, fetchers);
    changers = Changers.of(fetchers, operations, caches.callbacks(), lifetime);
    changes = new TreeChanges(this, walker, changers, fetchers);
    accessLists = new AccessLists(this, walker, operations, changers.calls());
    commands = new FsCommands(this, walker, fetchers, parts, caches);
    long affordable = config.memoryCacheBytes() / Chunk.BYTES / CACHE_SHARE_OF_READ_AHEAD;
    maxReadAhead = (int) Math.min(MAX_READ_AHEAD, affordable);
  }

  private PathWalker.Root root(AfsConfig config) {
    if (config.rootVolume().isEmpty()) {
      return request -> dynamicRoot;
    }
    String cell =
        config
            .thisCell()
            .or(() -> config.cells().keySet().stream().findFirst())
            .orElseThrow(() -> new IllegalArgumentException("a root volume needs a cell"));
    return new RootVolume(cell, config.rootVolume().get(), fetchers);
  }

  /** See {@link heddle.afs.AfsClient#cells}. */
  public List<KnownCell> cells() {
    return cells.known().stream().map(FileSystem::known).toList();
  }

  private static KnownCell known(CellDatabase.Cell cell) {
    return new KnownCell(
        cell.name(),
        cell.hosts().stream().map(CellDatabase.Host::name).filter(name -> !name.isEmpty()).toList(),
        cell.hosts().stream().map(CellDatabase.Host::address).toList());
  }

  /** Begins an operation of {@code caller}. */
  Request begin(Caller caller) throws AfsException {
    lifetime.check();
    return Request.begin(caller.now(), lifetime.clock().nanoTime(), timeout);
  }

  /** Returns what changes the tree. */
  public TreeChanges changes() {
    return changes;
  }

  /** Returns what reads and changes access control lists. */
  public AccessLists accessLists() {
    return accessLists;
  }

  /** Returns what {@code @sys} stands for. */
  public List<String> systemNames() {
    return systemNames.names();
  }

  /** Has {@code @sys} stand for the first of these that exists. */
  public void setSystemNames(List<String> names) {
    systemNames.set(names);
  }

  /** Returns what the {@code fs} command asks for. */
  public FsOperations commands() {
    return commands;
  }

  /** See {@link heddle.afs.AfsClient#isReadOnly}. */
  public boolean isReadOnly(Caller caller, AfsPath path) throws AfsException {
    Place place = walker.resolve(path, PathWalker.LastLink.KEEP, begin(caller));
    return !(place instanceof Vnode vnode) || vnode.volume().volume().isReadOnly();
  }

  /** Begins to give promises up that are not needed any more, until the client is closed. */
  public void startGivingUp() {
    lifetime.repeat("heddle-idle-promises", GIVING_UP, this::giveUpIdle);
  }

  /** Gives promises up that are not needed any more; blocks for servers. */
  public void giveUpIdle() {
    table().giveUpIdle();
  }

  FileReader reader() {
    return reader;
  }

  FileWriter writer() {
    return writer;
  }

  /** Returns all locks. */
  public LockTable locks() {
    return locks;
  }

  /** Returns all written data that are not stored yet. */
  public WriteBack writeBack() {
    return writeBack;
  }

  VnodeTable table() {
    return fetchers.table();
  }

  BulkStatusFetcher bulk() {
    return fetchers.bulk();
  }

  /** See {@link heddle.afs.AfsClient#stat}. */
  public FileStatus stat(Caller caller, AfsPath path, PathWalker.LastLink lastLink)
      throws AfsException {
    Request request = begin(caller);
    return switch (walker.resolve(path, lastLink, request)) {
      case DynamicRoot root -> root.status();
      case CellMount mount -> status(mount, request);
      case Vnode vnode -> shown(vnode, request);
    };
  }

  private FileStatus shown(Vnode vnode, Request request) throws AfsException {
    KnownStatus known = fetchers.statuses().status(vnode, request);
    Optional<FileStatus> shown = vnode.shown(known, request.caller());
    return shown.isPresent() ? shown.get() : reader.shown(vnode, request);
  }

  /** A cell that was visited shows its root; another one is not contacted for that. */
  private FileStatus status(CellMount mount, Request request) throws AfsException {
    Optional<MountedVolume> visited = mount.visited();
    if (visited.isEmpty()) {
      return mount.status();
    }
    Vnode root = table().root(visited.get());
    return mount.status(fetchers.statuses().status(root, request).statusFor(request.caller()));
  }

  /** See {@link heddle.afs.AfsClient#open}. */
  public AfsFile open(Caller caller, AfsPath path, PathWalker.LastLink lastLink)
      throws AfsException {
    return open(caller, path, lastLink, begin(caller));
  }

  /** See {@link heddle.afs.AfsClient#openForWriting}. */
  public AfsFile openForWriting(Caller caller, AfsPath path, PathWalker.LastLink lastLink)
      throws AfsException {
    Request request = begin(caller);
    OpenFile file = open(caller, path, lastLink, request);
    boolean allowed = false;
    try {
      file.requireWritable(request);
      file.locks().opensForWriting();
      allowed = true;
    } finally {
      if (!allowed) {
        file.close();
      }
    }
    return file;
  }

  private OpenFile open(Caller caller, AfsPath path, PathWalker.LastLink lastLink, Request request)
      throws AfsException {
    if (!(walker.resolve(path, lastLink, request) instanceof Vnode vnode)) {
      throw new AfsException.IsADirectory(path + " is a directory");
    }
    KnownStatus known = fetchers.statuses().status(vnode, request);
    return switch (known.status().type()) {
      case FILE -> opened(vnode, caller, request);
      case DIRECTORY, MOUNT_POINT -> throw new AfsException.IsADirectory(path + " is a directory");
      case SYMLINK -> throw new AfsException.TooManyLinks(path + " is a symbolic link");
    };
  }

  /** See {@link heddle.afs.AfsClient#create}. */
  public AfsFile create(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException {
    Request request = begin(caller);
    OpenFile file = opened(changes.createFile(path, initial, request), caller, request);
    file.locks().opensForWriting();
    return file;
  }

  private OpenFile opened(Vnode file, Caller caller, Request request) {
    file.opened();
    Holder holder = Holder.of(caller, request, file);
    var subject =
        new LockHandle.Subject(
            file.fid(), new VnodeLockServer(lockParts, file), file.volume().volume().isReadOnly());
    LockHandle handle = locks.open(subject, holder::now);
    return new OpenFile(file, holder, this, new ReadAhead(maxReadAhead), handle);
  }

  Closing closing() {
    return closing;
  }

  SmallFilesAhead smallFilesAhead() {
    return smallFilesAhead;
  }

  /** An open file was closed. */
  void closed(Vnode file) {
    if (file.closed() && changers.hidden().isHidden(file)) {
      writer.discard(file);
      Request request = Request.begin(Caller.anonymous(), lifetime.clock().nanoTime(), timeout);
      changers.hidden().removeIfClosed(file, request);
    }
  }

  /** See {@link heddle.afs.AfsClient#openDirectory}. */
  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws AfsException {
    Request request = begin(caller);
    return switch (walker.resolve(path, PathWalker.LastLink.FOLLOW, request)) {
      case DynamicRoot root -> new OpenDynamicRoot(root);
      case CellMount mount -> throw new AssertionError(mount.fid() + " was not followed");
      case Vnode vnode -> {
        var names = walker.names(vnode, request);
        vnode.listing().listed();
        yield new OpenDirectory(vnode, names, Holder.of(caller, request, vnode), this);
      }
    };
  }

  /** See {@link heddle.afs.AfsClient#readLink}. */
  public byte[] readLink(Caller caller, AfsPath path) throws AfsException {
    Request request = begin(caller);
    if (walker.resolve(path, PathWalker.LastLink.KEEP, request) instanceof Vnode vnode) {
      KnownStatus known = fetchers.statuses().status(vnode, request);
      if (known.status().type() == FileType.SYMLINK) {
        return fetchers.contents().target(vnode, known, request).clone();
      }
    }
    throw new AfsException.NotALink(path + " is no symbolic link");
  }

  /** See {@link heddle.afs.AfsClient#volumeStatus}. */
  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws AfsException {
    Request request = begin(caller);
    return switch (walker.resolve(path, PathWalker.LastLink.FOLLOW, request)) {
      case DynamicRoot root ->
          new VolumeStatus("afs.dynamic", root.fid().volume(), 0, 0, 0, 0, true, "", "");
      case CellMount mount -> throw new AssertionError(mount.fid() + " was not followed");
      case Vnode vnode -> volumeStatus(vnode.volume(), request);
    };
  }

  private VolumeStatus volumeStatus(MountedVolume volume, Request request) throws AfsException {
    int id = volume.volume().id();
    FetchVolumeStatus told =
        operations.run(
            volume.volume(),
            request,
            () -> "fetching the status",
            (calls, server) -> calls.getVolumeStatus(id));
    return new VolumeStatus(
        told.name(),
        id,
        told.maxQuota(),
        told.used(),
        told.partitionFree(),
        told.partitionSize(),
        volume.volume().isReadOnly(),
        told.offlineMessage(),
        told.motd());
  }
}
