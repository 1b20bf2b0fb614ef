package heddle.afs.location;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AfsException;
import heddle.afs.CellUsers;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ProtectionService;
import heddle.rxrpc.CallOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The protection servers of cells: they run where the volume location servers do. Who answered last
 * is asked first; if that fails, the others once each. Thread-safe.
 */
public final class ProtectionServers implements CellUsers {
  private static final Duration PATIENCE = Duration.ofSeconds(2); // with one server

  private final Cells cells;
  private final ServerNetwork network;
  private final Lifetime lifetime;
  private final Duration timeout;
  private final ConcurrentHashMap<String, InetAddress> answeredLast = new ConcurrentHashMap<>();

  /**
   * Asks those of {@code cells}.
   *
   * @param timeout how long an operation may take
   */
  public ProtectionServers(
      Cells cells, ServerNetwork network, Lifetime lifetime, Duration timeout) {
    this.cells = cells;
    this.network = network;
    this.lifetime = lifetime;
    this.timeout = timeout;
  }

  /** A call to one server about some users. */
  private interface Body<K, V> {
    List<V> call(ProtectionServerCalls server, List<K> users) throws CallFailure;
  }

  @Override
  public Map<Integer, String> names(String cell, Collection<Integer> ids) throws AfsException {
    Map<Integer, String> names =
        ask(cell, List.copyOf(ids), (server, part) -> server.idToName(part));
    names.entrySet().removeIf(each -> each.getValue().equals(each.getKey().toString()));
    return names;
  }

  @Override
  public Map<String, Integer> ids(String cell, Collection<String> names) throws AfsException {
    List<String> possible =
        names.stream()
            .filter(name -> name.getBytes(UTF_8).length <= ProtectionService.MAX_NAME_BYTES)
            .toList();
    Map<String, Integer> ids = ask(cell, possible, (server, part) -> server.nameToId(part));
    ids.values().removeIf(id -> id == ProtectionService.ANONYMOUS);
    return ids;
  }

  private <K, V> Map<K, V> ask(String cell, List<K> users, Body<K, V> body) throws AfsException {
    Request request = Request.begin(Caller.anonymous(), lifetime.clock().nanoTime(), timeout);
    Map<K, V> all = new LinkedHashMap<>();
    for (int start = 0; start < users.size(); start += ProtectionService.MAX_USERS) {
      List<K> part =
          users.subList(start, Math.min(users.size(), start + ProtectionService.MAX_USERS));
      List<V> told = call(cell, server -> body.call(server, part), request);
      for (int i = 0; i < part.size(); i++) {
        all.put(part.get(i), told.get(i));
      }
    }
    return all;
  }

  /** One call. */
  private interface Single<T> {
    T call(ProtectionServerCalls server) throws CallFailure;
  }

  private <T> T call(String cell, Single<T> body, Request request) throws AfsException {
    CallFailure last = CallFailure.notBegun(CallFailure.Kind.UNREACHABLE, "none is known");
    for (InetAddress server : servers(cell)) {
      lifetime.check();
      Duration left = request.remaining(lifetime.clock().nanoTime());
      if (left.isZero()) {
        break;
      }
      try {
        T result =
            body.call(
                network.protectionServer(
                    new InetSocketAddress(server, ProtectionService.PORT),
                    CallOptions.within(left).withNormalTimeout(PATIENCE)));
        answeredLast.put(cell.toLowerCase(Locale.ROOT), server);
        return result;
      } catch (CallFailure e) {
        last = e;
        if (!isWorthAnother(e)) {
          break;
        }
      }
    }
    throw last.toAfsException("asking the protection servers of cell " + cell);
  }

  private List<InetAddress> servers(String cell) throws AfsException {
    CellDatabase.Cell known =
        cells
            .cell(cell)
            .orElseThrow(() -> new AfsException.NoSuchCell("cell " + cell + " is not known"));
    InetAddress first = answeredLast.get(cell.toLowerCase(Locale.ROOT));
    List<InetAddress> all =
        known.hosts().stream().map(CellDatabase.Host::address).distinct().toList();
    return all.stream()
        .sorted((one, other) -> Boolean.compare(other.equals(first), one.equals(first)))
        .toList();
  }

  private static boolean isWorthAnother(CallFailure e) {
    return switch (e.kind()) {
      case SILENT, UNREACHABLE, BUSY, MALFORMED -> true;
      case CLOSED, INTERRUPTED, LOCAL -> false;
      case ABORTED ->
          switch (AfsErrorCode.kind(e.abortCode())) {
            case DATABASE_UNAVAILABLE, SERVER_FAILURE -> true;
            default -> false;
          };
    };
  }
}
