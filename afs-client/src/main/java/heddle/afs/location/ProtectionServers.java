package heddle.afs.location;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AfsException;
import heddle.afs.CellUsers;
import heddle.afs.Protection;
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
import java.util.stream.Collectors;

/**
 * The protection servers of cells: they run where the volume location servers do. Who answered last
 * is asked first; if that fails, the others once each. Thread-safe.
 */
public final class ProtectionServers implements CellUsers {
  private static final Duration PATIENCE = Duration.ofSeconds(2); // with one server

  private final Cells cells;
  private final ServerNetwork network;
  private final Lifetime lifetime;
  private final Protection protection;
  private final Duration timeout;
  private final ConcurrentHashMap<String, InetAddress> answeredLast = new ConcurrentHashMap<>();

  /**
   * Asks those of {@code cells}.
   *
   * @param timeout how long an operation may take
   */
  public ProtectionServers(
      Cells cells,
      ServerNetwork network,
      Lifetime lifetime,
      Protection protection,
      Duration timeout) {
    this.cells = cells;
    this.network = network;
    this.lifetime = lifetime;
    this.protection = protection;
    this.timeout = timeout;
  }

  /** A call to one server about some users. */
  private interface Body<K, V> {
    List<V> call(ProtectionServerCalls server, List<K> users) throws CallFailure;
  }

  @Override
  public Map<Integer, String> names(Caller caller, String cell, Collection<Integer> ids)
      throws AfsException {
    Map<Integer, String> names =
        ask(caller, cell, List.copyOf(ids), (server, part) -> server.idToName(part));
    names.entrySet().removeIf(each -> each.getValue().equals(each.getKey().toString()));
    return names;
  }

  @Override
  public Map<String, Integer> ids(Caller caller, String cell, Collection<String> names)
      throws AfsException {
    List<String> possible =
        names.stream()
            .filter(name -> name.getBytes(UTF_8).length <= ProtectionService.MAX_NAME_BYTES)
            .toList();
    Map<String, Integer> ids = ask(caller, cell, possible, (server, part) -> server.nameToId(part));
    ids.values().removeIf(id -> id == ProtectionService.ANONYMOUS);
    return ids;
  }

  private <K, V> Map<K, V> ask(Caller caller, String cellName, List<K> users, Body<K, V> body)
      throws AfsException {
    CellDatabase.Cell cell = cells.required(cellName);
    Request request = Request.begin(caller.now(), lifetime.clock().nanoTime(), timeout);
    TokenUse.check(request.caller(), cell.name(), protection);
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

  private <T> T call(CellDatabase.Cell cell, Single<T> body, Request request) throws AfsException {
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
                    cell.name(),
                    request.caller(),
                    CallOptions.within(left).withNormalTimeout(PATIENCE)));
        answeredLast.put(key(cell), server);
        return result;
      } catch (CallFailure e) {
        last = e;
        if (!isWorthAnother(e)) {
          break;
        }
      }
    }
    throw TokenUse.explained(
        last.toAfsException(
            "asking the protection servers of cell " + cell.name() + " (" + addresses(cell) + ")",
            request.tried(lifetime.clock().nanoTime())),
        request.caller(),
        cell.name());
  }

  private static String key(CellDatabase.Cell cell) {
    return cell.name().toLowerCase(Locale.ROOT);
  }

  private List<InetAddress> servers(CellDatabase.Cell cell) {
    InetAddress first = answeredLast.get(key(cell));
    return cell.hosts().stream()
        .map(CellDatabase.Host::address)
        .distinct()
        .sorted((one, other) -> Boolean.compare(other.equals(first), one.equals(first)))
        .toList();
  }

  private static String addresses(CellDatabase.Cell cell) {
    return cell.hosts().stream()
        .map(host -> host.address().getHostAddress())
        .distinct()
        .collect(Collectors.joining(","));
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
