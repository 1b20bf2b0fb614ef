package heddle.afs.cell;

import heddle.afs.rpc.FileService;
import heddle.afs.rpc.VolumeLocationService;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Everything that a cell is made of, put together and taken apart again. */
final class CellParts implements AutoCloseable {
  private static final int MAX_PROMISES = 200_000;
  private static final int HEAP_SHARE = 2; // one part in so many for volumes in memory
  private static final int BLOCK_BYTES = 1024;

  private final VolumeTable volumes = new VolumeTable();
  private final PromiseTable promises = new PromiseTable(MAX_PROMISES, System::nanoTime);
  private final Optional<CellDirectory> directory;
  private final ServiceKeys keys;
  private final ProtectionDatabase people;
  private final Partition partition;
  private final VolumeMaker maker;
  private final CallGate gate = new CallGate();
  private final UUID uuid;
  private final ReentrantLock lock = new ReentrantLock(); // kills and starts
  private volatile CellServers servers;
  private boolean killed; // by lock
  private boolean closed; // by lock
  private Optional<CellServers.Silent> silent = Optional.empty(); // by lock

  /** What a client notices of servers that were killed. */
  enum Silence {
    /** The kernel says that nobody is there. */
    REFUSING,
    /** Nothing comes back. */
    SILENT
  }

  private CellParts(CellConfig config, Optional<CellDirectory> directory) throws IOException {
    this.directory = directory;
    people = new ProtectionDatabase(config.name());
    if (directory.isPresent()) {
      directory.get().keepPeople(people);
      keys = directory.get().keys(config.keytab());
      uuid = directory.get().serverUuid();
    } else {
      keys =
          config.keytab().isPresent()
              ? ServiceKeys.ofKeytab(config.keytab().get())
              : ServiceKeys.generated();
      uuid = UUID.randomUUID();
    }
    VolumeHome home = directory.isPresent() ? directory.get() : VolumeHome.MEMORY;
    partition =
        new Partition(freeBytes(directory) / BLOCK_BYTES, config.partitionBytes() / BLOCK_BYTES);
    maker = new VolumeMaker(config, volumes, home, partition, promises);
    servers = CellServers.open(config.address(), config.portBase(), keys);
  }

  /** Opens directory and sockets; serves nothing yet. */
  static CellParts open(CellConfig config) throws IOException {
    Optional<CellDirectory> directory =
        config.directory().isPresent()
            ? Optional.of(CellDirectory.open(config.directory().get()))
            : Optional.empty();
    try {
      return new CellParts(config, directory);
    } catch (IOException | RuntimeException e) {
      if (directory.isPresent()) {
        directory.get().close();
      }
      throw e;
    }
  }

  private static long freeBytes(Optional<CellDirectory> directory) throws IOException {
    return directory.isPresent()
        ? directory.get().usableBytes()
        : Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /** Makes the volumes that every cell has, and begins to serve. */
  void start(String cell) throws IOException {
    maker.open();
    if (volumes.byName("root.cell").isEmpty()) {
      maker.create("root.cell");
    }
    if (volumes.byName("root.afs").isEmpty()) {
      Volume rootAfs = maker.create("root.afs");
      MountPoints.inRoot(rootAfs, cell, "#root.cell.");
      MountPoints.inRoot(rootAfs, "." + cell, "%root.cell.");
    }
    serve();
  }

  /** Begins to serve, to clients of whom nothing is known. */
  private void serve() {
    ClientHosts hosts = new ClientHosts(servers.fileServer(), uuid, promises);
    FileServerState files = new FileServerState(volumes, people, promises, hosts);
    servers.serve(
        VolumeLocationService.PORT,
        VolumeLocationService.SERVICE_ID,
        new LocationOperations(new LocationEntries(volumes), uuid, servers.address()));
    servers.serve(
        ProtectionOperations.PORT,
        ProtectionOperations.SERVICE_ID,
        new ProtectionOperations(people));
    servers.serve(
        VolumeServerOperations.PORT,
        VolumeServerOperations.SERVICE_ID,
        new VolumeServerOperations(volumes, partition));
    servers.serve(FileService.PORT, FileService.SERVICE_ID, new FileServerOperations(files), gate);
  }

  /** Ends the servers as if their process was killed; volumes stay. */
  void kill(Silence silence) throws IOException {
    lock.lock();
    try {
      if (!killed) {
        killed = true;
        gate.endRun();
        servers.close();
        gate.awaitEmpty(); // whoever was in the middle may still lock, promise and write
        promises.forgetAll();
        volumes.all().forEach(volume -> volume.locks().forgetAll());
      }
      if (silence == Silence.SILENT && silent.isEmpty()) {
        silent = Optional.of(servers.beSilent());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Starts the servers again. */
  void restart() throws IOException {
    lock.lock();
    try {
      if (!killed || closed) {
        return;
      }
      endSilence();
      servers = servers.reopen();
      killed = false;
      serve();
    } finally {
      lock.unlock();
    }
  }

  private void endSilence() throws IOException {
    if (silent.isPresent()) {
      silent.get().close();
      silent = Optional.empty();
    }
  }

  CallGate gate() {
    return gate;
  }

  Volume volume(String name) {
    return volumes
        .byName(name)
        .orElseThrow(() -> new IllegalArgumentException("no such volume: " + name));
  }

  ServiceKeys keys() {
    return keys;
  }

  VolumeTable volumes() {
    return volumes;
  }

  ProtectionDatabase people() {
    return people;
  }

  VolumeMaker maker() {
    return maker;
  }

  CellServers servers() {
    return servers;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      kill(Silence.REFUSING);
      endSilence();
    } finally {
      lock.unlock();
    }
    maker.close();
    keys.close();
    if (directory.isPresent()) {
      directory.get().close();
    }
  }
}
