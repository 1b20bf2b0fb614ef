package heddle.afs.location;

import heddle.afs.rpc.FileService;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All file servers that the client has heard of, one object each. Thread-safe. Grows with the
 * number of file servers that the location databases of visited cells name.
 */
public final class ServerTable {
  private final ConcurrentHashMap<UUID, FileServer> servers = new ConcurrentHashMap<>();

  private final ServerRanks ranks;

  /** Creates an empty table. */
  public ServerTable(ServerRanks ranks) {
    this.ranks = ranks;
  }

  FileServer server(String cell, UUID uuid) {
    return servers.computeIfAbsent(uuid, key -> new FileServer(cell, key, ranks));
  }

  /** Returns the server that has no UUID, only that address. */
  FileServer server(String cell, Inet4Address address) {
    String name = "rx://" + address.getHostAddress();
    UUID uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
    FileServer server = server(cell, uuid);
    if (!server.isRegisteredAs(0)) {
      server.register(0, socketAddresses(List.of(address)));
    }
    return server;
  }

  static List<InetSocketAddress> socketAddresses(List<? extends InetAddress> addresses) {
    return addresses.stream()
        .map(address -> new InetSocketAddress(address, FileService.PORT))
        .toList();
  }

  /** Returns the server that has that address. */
  public Optional<FileServer> byAddress(InetSocketAddress address) {
    return servers.values().stream().filter(server -> server.hasAddress(address)).findFirst();
  }

  /** Returns the server with that UUID. */
  public Optional<FileServer> byUuid(UUID uuid) {
    return Optional.ofNullable(servers.get(uuid));
  }

  /** Returns all servers as they come. */
  public Collection<FileServer> all() {
    return Collections.unmodifiableCollection(servers.values());
  }
}
