package heddle.afs.location;

import heddle.afs.CallInFlight;
import heddle.afs.Protection;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.ProtectionService;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VolumeLocationService;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers over an Rx endpoint. Counts each call, and logs each one as {@code debug}. */
public final class RxNetwork implements ServerNetwork, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RxNetwork.class);

  private final Endpoint endpoint;
  private final CallCounters counters;
  private final Protection protection;
  private final PortBase ports;
  private final CallsInFlight inFlight = new CallsInFlight();
  private final ConcurrentHashMap<Line, Connection> connections = new ConcurrentHashMap<>();

  /** Calls over {@code endpoint}, which stays the caller's to close. */
  public RxNetwork(
      Endpoint endpoint, CallCounters counters, Protection protection, PortBase ports) {
    this.endpoint = endpoint;
    this.counters = counters;
    this.protection = protection;
    this.ports = ports;
  }

  @Override
  public FileServerCalls fileServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options) {
    Security security = TokenUse.security(caller, cell, protection);
    Line line = new Line(ports.actual(address), FileService.SERVICE_ID, security);
    return new RxFileServer(new FileLine(line, options));
  }

  @Override
  public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
    Line line = new Line(ports.actual(address), VolumeLocationService.SERVICE_ID, Security.none());
    return new LocationCalls(line, options);
  }

  @Override
  public ProtectionServerCalls protectionServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options) {
    Security security = TokenUse.security(caller, cell, protection);
    Line line = new Line(ports.actual(address), ProtectionService.SERVICE_ID, security);
    return new ProtectionCalls(line, options);
  }

  @Override
  public void close() {
    connections.values().forEach(Connection::close);
    connections.clear();
  }

  @Override
  public List<CallInFlight> callsInFlight() {
    return inFlight.list(endpoint.snapshot());
  }

  private <T> T call(Line line, String operation, Object argument, Body<T> body)
      throws CallFailure {
    counters.count(operation);
    long id = inFlight.begin(operation, argument, line.address);
    try {
      T result = connected(line, connection -> body.run(connection, id));
      LOG.debug("{} {} {}", line, operation, argument);
      return result;
    } catch (IOException e) {
      LOG.debug("{} {} {}: {}", line, operation, argument, e.getMessage());
      throw CallFailure.of(e);
    } finally {
      inFlight.end(id);
    }
  }

  /**
   * Handles for anybody are kept. Tokens come and go, and nothing of them may stay for long: a
   * handle with one lives as long as a call, the wire connections under it until they are idle.
   */
  private <T> T connected(Line line, Use<T> body) throws IOException {
    if (line.security.equals(Security.none())) {
      return body.run(connections.computeIfAbsent(line, this::connect));
    }
    try (Connection connection = connect(line)) {
      return body.run(connection);
    }
  }

  private Connection connect(Line line) {
    return endpoint.connect(line.address, line.serviceId, line.security);
  }

  /** Uses a connection. */
  private interface Use<T> {
    T run(Connection connection) throws IOException;
  }

  /** Makes one call over a connection, with a number of its own. */
  private interface Body<T> {
    T run(Connection connection, long id) throws IOException;
  }

  /** Makes one call of a service. */
  private interface Single<S, T> {
    T make(S service) throws IOException;
  }

  /** What a connection is to. */
  private record Line(InetSocketAddress address, int serviceId, Security security) {
    @Override
    public String toString() {
      return security.equals(Security.none()) ? address.toString() : address + " " + security;
    }
  }

  private final class FileLine implements RxFileServer.Line {
    private final Line line;
    private final CallOptions options;

    FileLine(Line line, CallOptions options) {
      this.line = line;
      this.options = options;
    }

    @Override
    public <T> T call(String operation, Object argument, RxFileServer.Single<T> request)
        throws CallFailure {
      return RxNetwork.this.call(
          line,
          operation,
          argument,
          (connection, id) -> request.make(new FileService(connection, options.withUserId(id))));
    }
  }

  private final class LocationCalls implements LocationServerCalls {
    private final Line line;
    private final CallOptions options;

    LocationCalls(Line line, CallOptions options) {
      this.line = line;
      this.options = options;
    }

    private <T> T call(String operation, Object argument, Single<VolumeLocationService, T> request)
        throws CallFailure {
      return RxNetwork.this.call(
          line,
          operation,
          argument,
          (connection, id) ->
              request.make(new VolumeLocationService(connection, options.withUserId(id))));
    }

    @Override
    public void probe() throws CallFailure {
      call(
          "Probe",
          "",
          service -> {
            service.probe();
            return true;
          });
    }

    @Override
    public VldbEntry getEntryByNameU(String nameOrId) throws CallFailure {
      return call("GetEntryByNameU", nameOrId, service -> service.getEntryByNameU(nameOrId));
    }

    @Override
    public VldbEntry getEntryByNameN(String nameOrId) throws CallFailure {
      return call("GetEntryByNameN", nameOrId, service -> service.getEntryByNameN(nameOrId));
    }

    @Override
    public ServerAddresses getAddrsU(UUID server) throws CallFailure {
      return call("GetAddrsU", server, service -> service.getAddrsU(server));
    }
  }

  private final class ProtectionCalls implements ProtectionServerCalls {
    private final Line line;
    private final CallOptions options;

    ProtectionCalls(Line line, CallOptions options) {
      this.line = line;
      this.options = options;
    }

    private <T> T call(String operation, int count, Single<ProtectionService, T> request)
        throws CallFailure {
      return RxNetwork.this.call(
          line,
          operation,
          count,
          (connection, id) ->
              request.make(new ProtectionService(connection, options.withUserId(id))));
    }

    @Override
    public List<String> idToName(List<Integer> ids) throws CallFailure {
      return call("IdToName", ids.size(), service -> service.idToName(ids));
    }

    @Override
    public List<Integer> nameToId(List<String> names) throws CallFailure {
      return call("NameToId", names.size(), service -> service.nameToId(names));
    }
  }
}
