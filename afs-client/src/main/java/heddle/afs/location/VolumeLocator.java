package heddle.afs.location;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.AfsException;
import heddle.afs.ServerFacts;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ErrorKind;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VldbSite;
import heddle.afs.rpc.VolumeType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds volumes by name or id in the volume location databases of cells, and remembers them.
 * Thread-safe.
 *
 * <p>An answer is believed for an hour, or until a file server says that the volume is not there.
 */
public final class VolumeLocator {
  private static final Duration BELIEVED_FOR = Duration.ofHours(1);

  /** How long to wait for an answer that one can do without. */
  public static final Duration RENEWAL_LIMIT = Duration.ofSeconds(4);

  private static final int MAX_NAMES = 10_000;
  private static final int MAX_VOLUMES = 10_000;

  private record NameKey(String cell, String name) {}

  private record IdKey(String cell, int id) {}

  private final Cells cells;
  private final ServerRanks locationRanks;
  private final ServerNetwork network;
  private final ServerTable servers;
  private final Lifetime lifetime;
  private final ConcurrentHashMap<String, LocationServers> locationServers =
      new ConcurrentHashMap<>();
  private final Cache<NameKey, VldbEntry> entries;
  private final Cache<IdKey, Volume> volumes =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_VOLUMES).build();

  /**
   * Finds volumes of those cells.
   *
   * @param locationRanks which location servers are asked first
   */
  public VolumeLocator(
      Cells cells,
      ServerRanks locationRanks,
      ServerNetwork network,
      ServerTable servers,
      Lifetime lifetime) {
    this.cells = cells;
    this.locationRanks = locationRanks;
    this.network = network;
    this.servers = servers;
    this.lifetime = lifetime;
    this.entries =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_NAMES)
            .expireAfterWrite(BELIEVED_FOR)
            .ticker(lifetime.clock()::nanoTime)
            .build();
  }

  /**
   * Returns the name of the cell as its cell database has it; may block.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  public String cellName(String name) throws AfsException {
    return cells.required(name).name();
  }

  /**
   * Returns a volume; blocks for a location server unless it is remembered.
   *
   * @param name name of the volume without suffix, or a decimal id of one of the volumes
   * @throws AfsException.NoSuchCell if the cell is not known
   * @throws AfsException.NoSuchVolume if the cell has no such volume
   */
  public Volume find(String cell, String name, VolumeChoice choice, Request request)
      throws AfsException {
    NameKey key = new NameKey(cell, name);
    VldbEntry entry = entries.getIfPresent(key);
    if (entry == null) {
      entry = ask(cell, name, request);
      entries.put(key, entry);
    }
    VolumeType type = choose(entry, name, choice, cell);
    return volume(cell, entry, type, request);
  }

  private Volume volume(String cell, VldbEntry entry, VolumeType type, Request request)
      throws AfsException {
    int id = entry.volumeId(type).orElseThrow();
    IdKey key = new IdKey(cell, id);
    Volume known = volumes.getIfPresent(key);
    if (known != null) {
      return known;
    }
    Volume.Location location = locate(cell, entry, type, request);
    return volumes.get(key, absent -> new Volume(cell, id, type, location));
  }

  private static VolumeType choose(VldbEntry entry, String name, VolumeChoice choice, String cell)
      throws AfsException.NoSuchVolume {
    return typeOfId(entry, name, choice)
        .or(() -> candidates(choice).filter(type -> exists(entry, type)).findFirst())
        .orElseThrow(
            () ->
                new AfsException.NoSuchVolume(
                    "volume " + name + " of cell " + cell + " has no " + choice + " volume"));
  }

  private static Stream<VolumeType> candidates(VolumeChoice choice) {
    return switch (choice) {
      case READ_ONLY_PREFERRED -> Stream.of(VolumeType.READ_ONLY, VolumeType.READ_WRITE);
      case READ_WRITE_PREFERRED -> Stream.of(VolumeType.READ_WRITE, VolumeType.READ_ONLY);
      case READ_WRITE -> Stream.of(VolumeType.READ_WRITE);
      case READ_ONLY -> Stream.of(VolumeType.READ_ONLY);
      case BACKUP -> Stream.of(VolumeType.BACKUP);
    };
  }

  /** An id that is not that of the read-write volume says exactly which volume is meant. */
  private static Optional<VolumeType> typeOfId(VldbEntry entry, String name, VolumeChoice choice) {
    if (!name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    Predicate<VolumeType> named =
        type -> {
          OptionalInt id = entry.volumeId(type);
          return id.isPresent() && Integer.toUnsignedString(id.getAsInt()).equals(name);
        };
    return Stream.of(VolumeType.values())
        .filter(named)
        .filter(type -> type != VolumeType.READ_WRITE || choice == VolumeChoice.READ_WRITE)
        .findFirst();
  }

  private static boolean exists(VldbEntry entry, VolumeType type) {
    return entry.volumeId(type).isPresent()
        && entry.sites().stream().anyMatch(site -> isUsable(site, type));
  }

  private static boolean isUsable(VldbSite site, VolumeType type) {
    return site.holds(type) && !site.hasFlags(VldbSite.DO_NOT_USE);
  }

  /** Looks the volume up again if the last answer is too old; keeps that one if nobody answers. */
  public void refreshIfOld(Volume volume, Request request) throws AfsException {
    long age = lifetime.clock().nanoTime() - volume.location().askedNanos();
    if (age >= BELIEVED_FOR.toNanos()) {
      try {
        refresh(volume, request.part(lifetime.clock().nanoTime(), RENEWAL_LIMIT));
      } catch (AfsException.ServersUnreachable e) {
        volume.moveTo(
            new Volume.Location(
                volume.name(), volume.servers(), lifetime.clock().nanoTime())); // not every time
      }
    }
  }

  /**
   * Looks the volume up again; blocks for a location server.
   *
   * @return whether it is on other servers now, or on servers with other addresses
   * @throws AfsException.NoSuchVolume if the cell has it no more
   */
  public boolean refresh(Volume volume, Request request) throws AfsException {
    forgetNames(volume);
    VldbEntry entry = askAgain(volume, request);
    List<?> before = description(volume.servers());
    volume.moveTo(locate(volume.cell(), entry, volume.type(), request));
    return !before.equals(description(volume.servers()));
  }

  private static List<?> description(List<FileServer> list) {
    return list.stream()
        .map(
            server ->
                List.of(
                    server.uuid(),
                    server.addresses().stream().map(ServerAddress::socketAddress).toList()))
        .toList();
  }

  private VldbEntry askAgain(Volume volume, Request request) throws AfsException {
    try {
      VldbEntry entry = ask(volume.cell(), Integer.toUnsignedString(volume.id()), request);
      if (entry.volumeId(volume.type()).orElse(0) == volume.id()) {
        return entry;
      }
    } catch (AfsException.NoSuchVolume e) {
      volume.vanish();
      throw e;
    }
    volume.vanish();
    throw new AfsException.NoSuchVolume(volume + " does not exist any more");
  }

  /** Forgets what names lead to the volume: they may lead elsewhere now. */
  private void forgetNames(Volume volume) {
    entries
        .asMap()
        .entrySet()
        .removeIf(
            known ->
                known.getKey().cell().equals(volume.cell())
                    && known.getValue().volumeId(volume.type()).orElse(0) == volume.id());
  }

  private VldbEntry ask(String cell, String name, Request request) throws AfsException {
    LocationServers askable = locationServers(cell);
    try {
      return askable.call(
          server -> {
            try {
              return server.getEntryByNameU(name);
            } catch (CallFailure e) {
              if (isNotSupported(e)) {
                return server.getEntryByNameN(name);
              }
              throw e;
            }
          },
          request);
    } catch (CallFailure e) {
      AfsException failure = e.toAfsException("looking up volume " + name + " of cell " + cell);
      throw failure instanceof AfsException.NoSuchVolume
          ? new AfsException.NoSuchVolume("cell " + cell + " has no volume " + name, failure)
          : failure;
    }
  }

  private static boolean isNotSupported(CallFailure e) {
    return e.kind() == CallFailure.Kind.ABORTED
        && AfsErrorCode.kind(e.abortCode()) == ErrorKind.NOT_SUPPORTED;
  }

  private LocationServers locationServers(String cell) throws AfsException {
    CellDatabase.Cell known = cells.required(cell);
    List<InetSocketAddress> addresses =
        known.hosts().stream()
            .map(host -> new InetSocketAddress(host.address(), host.port()))
            .toList();
    return locationServers.compute(
        known.name().toLowerCase(Locale.ROOT),
        (key, before) ->
            before != null && before.addresses().equals(addresses)
                ? before
                : new LocationServers(known.name(), addresses, locationRanks, network, lifetime));
  }

  /** Returns what is known of the location servers that were asked so far. */
  public List<ServerFacts> locationServerFacts() {
    return locationServers.values().stream().flatMap(each -> each.facts().stream()).toList();
  }

  /** Asks the location servers of a cell whether they are there; blocks until that is known. */
  public void checkLocationServers(String cell) throws AfsException {
    locationServers(cell).check();
  }

  private Volume.Location locate(String cell, VldbEntry entry, VolumeType type, Request request)
      throws AfsException {
    long askedNanos = lifetime.clock().nanoTime();
    List<FileServer> list = new ArrayList<>();
    for (VldbSite site : entry.sites()) {
      if (isUsable(site, type)) {
        FileServer server = server(cell, site.server(), request);
        if (!list.contains(server)) {
          list.add(server);
        }
      }
    }
    return new Volume.Location(entry.name() + type.suffix(), List.copyOf(list), askedNanos);
  }

  private FileServer server(String cell, ServerId id, Request request) throws AfsException {
    return switch (id) {
      case ServerId.ByAddress(var address) -> servers.server(cell, address);
      case ServerId.ByUuid(var uuid, int uniquifier) -> {
        FileServer server = servers.server(cell, uuid);
        if (!server.isRegisteredAs(uniquifier)) {
          ServerAddresses told = addresses(cell, uuid, request);
          server.register(uniquifier, ServerTable.socketAddresses(told.addresses()));
        }
        yield server;
      }
    };
  }

  private ServerAddresses addresses(String cell, UUID uuid, Request request) throws AfsException {
    try {
      return locationServers(cell).call(server -> server.getAddrsU(uuid), request);
    } catch (CallFailure e) {
      throw e.toAfsException("looking up the addresses of file server " + uuid);
    }
  }
}
