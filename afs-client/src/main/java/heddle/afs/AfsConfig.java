package heddle.afs;

import heddle.afs.location.PortBase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a client finds its cells, how patient it is and how much it keeps. Immutable; begin with
 * {@link #DEFAULT}, each {@code with} method returns a changed copy.
 *
 * @param cells volume location servers of cells given by the user; they win over the file
 * @param cellServDb file with more cells
 * @param thisCell the cell whose root volume or {@code @cell} is meant; the first of {@code cells}
 *     if absent
 * @param rootVolume volume of {@code thisCell} that is the root of the name space; the dynamic root
 *     if absent
 * @param timeout how long an operation may wait for servers before it fails
 * @param callbackPort UDP port of the client, where file servers call back; any other is taken if
 *     it is in use; 0 means any
 * @param memoryCacheBytes greatest amount of file data kept in memory; never more than half of the
 *     Java heap is taken, whatever is given here
 * @param dirtyBytes greatest amount of written data kept in memory before they are stored; who
 *     writes more waits; at least 1 MiB, never more than a quarter of the Java heap
 * @param protection how well the packets of calls with a token are protected
 * @param preferences names, ranks of servers and the like
 * @param locks whom locks on files exclude
 * @param closing what closing a file waits for
 * @param diskCache where file data are kept beyond those in memory, and for later processes;
 *     nowhere if absent
 * @param portBase UDP port of file servers, from which those of other servers count; another than
 *     {@value #PORT_BASE} only for cells made for tests
 */
public record AfsConfig(
    Map<String, List<InetAddress>> cells,
    Optional<Path> cellServDb,
    Optional<String> thisCell,
    Optional<String> rootVolume,
    Duration timeout,
    int callbackPort,
    long memoryCacheBytes,
    long dirtyBytes,
    Protection protection,
    Preferences preferences,
    LockScope locks,
    Closing closing,
    Optional<DiskSpace> diskCache,
    int portBase) {
  /** The port of cache managers, which firewalls expect. */
  public static final int CALLBACK_PORT = 7001;

  /** The port of file servers. */
  public static final int PORT_BASE = PortBase.USUAL;

  private static final long DEFAULT_MEMORY_CACHE_BYTES = 256L << 20;
  private static final long DEFAULT_DIRTY_BYTES = 64L << 20;

  /**
   * No cells, 30 s, port {@value #CALLBACK_PORT}, 256 MiB, 64 MiB written, tokens used at level
   * crypt.
   */
  public static final AfsConfig DEFAULT =
      new AfsConfig(
          Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(30));

  /** Checks and copies what was given. */
  public AfsConfig {
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells)); // keeps the order
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
    if (callbackPort < 0 || callbackPort > 0xffff) {
      throw new IllegalArgumentException("no such port: " + callbackPort);
    }
    if (memoryCacheBytes < 0) {
      throw new IllegalArgumentException("negative cache size: " + memoryCacheBytes);
    }
    if (dirtyBytes < 0) {
      throw new IllegalArgumentException("negative amount of written data: " + dirtyBytes);
    }
    PortBase.check(portBase);
  }

  /** Takes the defaults for port, caches and protection. */
  public AfsConfig(
      Map<String, List<InetAddress>> cells,
      Optional<Path> cellServDb,
      Optional<String> thisCell,
      Optional<String> rootVolume,
      Duration timeout) {
    this(
        cells,
        cellServDb,
        thisCell,
        rootVolume,
        timeout,
        CALLBACK_PORT,
        DEFAULT_MEMORY_CACHE_BYTES,
        DEFAULT_DIRTY_BYTES,
        Protection.DEFAULT,
        Preferences.DEFAULT,
        LockScope.STRICT,
        Closing.STORED,
        Optional.empty(),
        PORT_BASE);
  }

  /** Returns a copy with other cells given by the user. */
  public AfsConfig withCells(Map<String, List<InetAddress>> value) {
    return with(fields -> fields.cells = value);
  }

  /** Returns a copy that reads more cells from {@code file}. */
  public AfsConfig withCellServDb(Path file) {
    return with(fields -> fields.cellServDb = Optional.of(file));
  }

  /** Returns a copy with that cell as its own. */
  public AfsConfig withThisCell(String cell) {
    return with(fields -> fields.thisCell = Optional.of(cell));
  }

  /** Returns a copy whose root is that volume of its own cell. */
  public AfsConfig withRootVolume(String volume) {
    return with(fields -> fields.rootVolume = Optional.of(volume));
  }

  /** Returns a copy with another limit on waiting for servers. */
  public AfsConfig withTimeout(Duration value) {
    return with(fields -> fields.timeout = value);
  }

  /** Returns a copy with another port of the client. */
  public AfsConfig withCallbackPort(int port) {
    return with(fields -> fields.callbackPort = port);
  }

  /** Returns a copy with another limit on file data in memory. */
  public AfsConfig withMemoryCacheBytes(long bytes) {
    return with(fields -> fields.memoryCacheBytes = bytes);
  }

  /** Returns a copy with another limit on written data in memory. */
  public AfsConfig withDirtyBytes(long bytes) {
    return with(fields -> fields.dirtyBytes = bytes);
  }

  /** Returns a copy that protects packets otherwise. */
  public AfsConfig withProtection(Protection value) {
    return with(fields -> fields.protection = value);
  }

  /** Returns a copy with other preferences. */
  public AfsConfig withPreferences(Preferences value) {
    return with(fields -> fields.preferences = value);
  }

  /** Returns a copy whose locks exclude others. */
  public AfsConfig withLocks(LockScope value) {
    return with(fields -> fields.locks = value);
  }

  /** Returns a copy where closing a file waits for that. */
  public AfsConfig withClosing(Closing value) {
    return with(fields -> fields.closing = value);
  }

  /**
   * Returns a copy that keeps file data in {@code directory} too, where later processes find them.
   *
   * @param maxBytes greatest room that they may take, about; at least 1 MiB
   */
  public AfsConfig withDiskCache(Path directory, long maxBytes) {
    return with(fields -> fields.diskCache = Optional.of(new DiskSpace(directory, maxBytes)));
  }

  /** Returns a copy for cells whose ports begin there. */
  public AfsConfig withPortBase(int port) {
    return with(fields -> fields.portBase = port);
  }

  private AfsConfig with(Consumer<Fields> change) {
    var fields = new Fields(this);
    change.accept(fields);
    return fields.toConfig();
  }

  /** The same as something that can be changed. */
  private static final class Fields {
    Map<String, List<InetAddress>> cells;
    Optional<Path> cellServDb;
    Optional<String> thisCell;
    Optional<String> rootVolume;
    Duration timeout;
    int callbackPort;
    long memoryCacheBytes;
    long dirtyBytes;
    Protection protection;
    Preferences preferences;
    LockScope locks;
    Closing closing;
    Optional<DiskSpace> diskCache;
    int portBase;

    Fields(AfsConfig config) {
      cells = config.cells;
      cellServDb = config.cellServDb;
      thisCell = config.thisCell;
      rootVolume = config.rootVolume;
      timeout = config.timeout;
      callbackPort = config.callbackPort;
      memoryCacheBytes = config.memoryCacheBytes;
      dirtyBytes = config.dirtyBytes;
      protection = config.protection;
      preferences = config.preferences;
      locks = config.locks;
      closing = config.closing;
      diskCache = config.diskCache;
      portBase = config.portBase;
    }

    AfsConfig toConfig() {
      return new AfsConfig(
          cells,
          cellServDb,
          thisCell,
          rootVolume,
          timeout,
          callbackPort,
          memoryCacheBytes,
          dirtyBytes,
          protection,
          preferences,
          locks,
          closing,
          diskCache,
          portBase);
    }
  }
}
