package heddle.afs;

import heddle.afs.cache.ChunkCache;
import heddle.afs.cache.DirtyMemory;
import heddle.afs.cache.DiskCache;
import heddle.afs.callback.Awakening;
import heddle.afs.callback.CallbackBreaker;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.IdlePromises;
import heddle.afs.callback.LocalInterfaces;
import heddle.afs.callback.PromiseReturn;
import heddle.afs.location.CallCounters;
import heddle.afs.location.CellDatabase;
import heddle.afs.location.CellResolver;
import heddle.afs.location.Cells;
import heddle.afs.location.ClientClock;
import heddle.afs.location.DnsCells;
import heddle.afs.location.FileServer;
import heddle.afs.location.Lifetime;
import heddle.afs.location.PortBase;
import heddle.afs.location.ProtectionServers;
import heddle.afs.location.ServerNetwork;
import heddle.afs.location.ServerProber;
import heddle.afs.location.ServerRanks;
import heddle.afs.location.ServerTable;
import heddle.afs.location.VolumeLocator;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.vnode.FileSystem;
import heddle.afs.vnode.StatusFetcher;
import heddle.afs.vnode.VnodeTable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that a client is made of, put together and taken apart again. */
final class ClientParts {
  private static final Logger LOG = LoggerFactory.getLogger(ClientParts.class);
  private static final long MAX_VNODE_BYTES = 64L << 20;
  private static final int HEAP_SHARE_OF_VNODES = 8; // at most one part in so many
  private static final int HEAP_SHARE_OF_DATA = 2;
  private static final int HEAP_SHARE_OF_DIRTY_DATA = 4;

  private static final Duration RELEASING_LOCKS = Duration.ofSeconds(2);
  private static final Duration LOOKING_FOR_SUSPEND = Duration.ofSeconds(1);

  private final Lifetime lifetime;
  private final CallCounters counters;
  private final ServerNetwork network;
  private final ServerProber prober;
  private final CallbackBreaker breaker;
  private final PromiseReturn promiseReturn;
  private final StatusFetcher statuses;
  private final Optional<DiskCache> disk;
  private final ChunkCache chunks;
  private final FileSystem fileSystem;
  private final LiveSettings settings;
  private final CellUsers users;
  private final Deque<AutoCloseable> closeAtEnd = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private ClientParts(
      AfsConfig config,
      CellDatabase configured,
      ServerNetwork network,
      CallCounters counters,
      ClientClock clock) {
    this.counters = counters;
    this.network = network;
    lifetime = new Lifetime(clock);
    Preferences preferences = config.preferences();
    ServerRanks fileRanks = new ServerRanks(preferences.ranks());
    ServerRanks locationRanks = new ServerRanks(preferences.ranks());
    ServerTable servers = new ServerTable(fileRanks);
    Cells cells =
        new Cells(configured, names(config), resolver(preferences.dns(), lifetime), lifetime);
    users = new ProtectionServers(cells, network, lifetime, config.protection(), config.timeout());
    CallbackTable callbacks = new CallbackTable();
    PortBase ports = new PortBase(config.portBase());
    breaker =
        new CallbackBreaker(
            callbacks,
            address -> servers.byAddress(ports.usual(address)).map(FileServer::uuid),
            new LocalInterfaces(UUID.randomUUID()));
    prober = new ServerProber(network, servers, lifetime, breaker::distrustServer);
    VolumeLocator locator = new VolumeLocator(cells, locationRanks, network, servers, lifetime);
    VolumeOperations operations =
        new VolumeOperations(network, locator, prober, lifetime, config.protection());
    promiseReturn = new PromiseReturn(callbacks, servers, network, clock);
    statuses = new StatusFetcher(operations, callbacks, lifetime);
    disk = config.diskCache().flatMap(ClientParts::openDisk);
    chunks = new ChunkCache(atMost(config.memoryCacheBytes(), HEAP_SHARE_OF_DATA), lifetime, disk);
    DirtyMemory dirty =
        new DirtyMemory(atMost(config.dirtyBytes(), HEAP_SHARE_OF_DIRTY_DATA), lifetime);
    IdlePromises idle = new IdlePromises(promiseReturn::giveUp, clock);
    VnodeTable vnodes =
        new VnodeTable(callbacks, idle, atMost(MAX_VNODE_BYTES, HEAP_SHARE_OF_VNODES));
    fileSystem =
        new FileSystem(
            config,
            new FileSystem.Parts(lifetime, cells, locator, operations),
            new FileSystem.Caches(callbacks, breaker, vnodes, statuses, chunks, dirty),
            Instant.now());
    breaker.addListener(fileSystem.locks());
    settings =
        new LiveSettings(
            new LiveSettings.Parts(cells, servers, locator, prober, fileSystem),
            fileRanks,
            locationRanks);
  }

  /** Exceptions of files often say nothing but a path. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage());
  }

  /** Without a disk it is slower, not worse. */
  private static Optional<DiskCache> openDisk(DiskSpace space) {
    try {
      return Optional.of(DiskCache.open(space.directory(), space.maxBytes()));
    } catch (IOException e) {
      LOG.warn("file data are kept in memory only: {}", reason(e));
      return Optional.empty();
    }
  }

  private static Cells.Names names(AfsConfig config) {
    return new Cells.Names(
        config.thisCell().or(() -> config.cells().keySet().stream().findFirst()),
        config.preferences().cellAliases());
  }

  private static Optional<CellResolver> resolver(Preferences.Dns dns, Lifetime lifetime) {
    return switch (dns) {
      case AUTO -> Optional.of(DnsCells.ofThisMachine(lifetime));
      case OFF -> Optional.empty();
    };
  }

  ClientSettings settings() {
    return settings;
  }

  CellUsers users() {
    return users;
  }

  private static long atMost(long bytes, int heapShare) {
    return Math.min(bytes, Runtime.getRuntime().maxMemory() / heapShare);
  }

  static ClientParts create(
      AfsConfig config, ServerNetwork network, CallCounters counters, ClientClock clock)
      throws IOException {
    if (config.rootVolume().isPresent()
        && config.thisCell().isEmpty()
        && config.cells().isEmpty()) {
      throw new AfsException.NoSuchCell("a root volume was given, but no cell that it is in");
    }
    return new ClientParts(config, cells(config), network, counters, clock);
  }

  private static CellDatabase cells(AfsConfig config) throws IOException {
    CellDatabase fromFile =
        config.cellServDb().isPresent() ? read(config.cellServDb().get()) : CellDatabase.empty();
    return fromFile.with(config.cells());
  }

  private static CellDatabase read(Path file) throws IOException {
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      CellDatabase cells = CellDatabase.parse(in);
      cells
          .problems()
          .forEach(problem -> LOG.warn("{}:{}: {}", file, problem.line(), problem.message()));
      return cells;
    }
  }

  /** Has {@code part} closed at the end, after those that were given before. */
  void closeAtEnd(AutoCloseable part) {
    closeAtEnd.add(part);
  }

  void startProbing() {
    prober.startRounds();
    fileSystem.writeBack().startRounds();
    fileSystem.locks().startRounds();
    fileSystem.startGivingUp();
    Awakening awakening = new Awakening(lifetime.clock(), breaker::distrustAll);
    lifetime.repeat("heddle-awakening", LOOKING_FOR_SUSPEND, awakening::look);
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  CallbackHandler callbackHandler() {
    return breaker;
  }

  void addChangeListener(ChangeListener listener) {
    breaker.addListener(listener);
  }

  void removeChangeListener(ChangeListener listener) {
    breaker.removeListener(listener);
  }

  AfsStatistics statistics() {
    return new AfsStatistics(
        counters.snapshot(),
        statuses.hits(),
        statuses.misses(),
        chunks.hits(),
        chunks.misses(),
        breaker.breaksReceived(),
        fileSystem.writeBack().heldBytes(),
        breaker.statesInitialized(),
        disk.map(DiskCache::hits).orElse(0L),
        disk.map(DiskCache::bytes).orElse(0L),
        disk.map(DiskCache::maxBytes).orElse(0L));
  }

  List<CallInFlight> callsInFlight() {
    return network.callsInFlight();
  }

  private void releaseLocks() {
    try {
      fileSystem.locks().releaseAll(RELEASING_LOCKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    releaseLocks();
    lifetime.end();
    promiseReturn.giveUpAll();
    for (AutoCloseable part : closeAtEnd) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {}", part, e); // the others are closed all the same
      }
    }
    disk.ifPresent(DiskCache::close);
  }
}
