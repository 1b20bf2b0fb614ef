package heddle.afs.location;

import heddle.afs.auth.Caller;
import heddle.afs.rpc.BulkStatusReply;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.FetchDataReply;
import heddle.afs.rpc.FetchStatusReply;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VolumeLocationService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers over an Rx endpoint. Keeps one connection handle for each server, service and identity
 * until it is closed, counts each call, and logs each one as {@code debug}.
 */
public final class RxNetwork implements ServerNetwork, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RxNetwork.class);

  private final Endpoint endpoint;
  private final CallCounters counters;
  private final ConcurrentHashMap<Line, Connection> connections = new ConcurrentHashMap<>();

  /** Calls over {@code endpoint}, which stays the caller's to close. */
  public RxNetwork(Endpoint endpoint, CallCounters counters) {
    this.endpoint = endpoint;
    this.counters = counters;
  }

  @Override
  public FileServerCalls fileServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options) {
    Line line = new Line(address, FileService.SERVICE_ID, caller.security(cell));
    return new FileCalls(line, new FileService(connection(line), options));
  }

  @Override
  public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
    Line line = new Line(address, VolumeLocationService.SERVICE_ID, Security.none());
    return new LocationCalls(line, new VolumeLocationService(connection(line), options));
  }

  private Connection connection(Line line) {
    return connections.computeIfAbsent(
        line, key -> endpoint.connect(key.address, key.serviceId, key.security));
  }

  @Override
  public void close() {
    connections.values().forEach(Connection::close);
    connections.clear();
  }

  private <T> T call(Line line, String operation, Object argument, Body<T> body)
      throws CallFailure {
    counters.count(operation);
    try {
      T result = body.run();
      LOG.debug("{} {} {}", line.address, operation, argument);
      return result;
    } catch (IOException e) {
      LOG.debug("{} {} {}: {}", line.address, operation, argument, e.getMessage());
      throw CallFailure.of(e);
    }
  }

  private interface Body<T> {
    T run() throws IOException;
  }

  /** What a connection is to. */
  private record Line(InetSocketAddress address, int serviceId, Security security) {}

  private final class FileCalls implements FileServerCalls {
    private final Line line;
    private final FileService service;

    FileCalls(Line line, FileService service) {
      this.line = line;
      this.service = service;
    }

    @Override
    public FetchStatusReply fetchStatus(WireFid fid) throws CallFailure {
      return call(line, "FetchStatus", fid, () -> service.fetchStatus(fid));
    }

    @Override
    public BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws CallFailure {
      return call(line, "InlineBulkStatus", fids.size(), () -> service.inlineBulkStatus(fids));
    }

    @Override
    public FetchDataReply fetchData64(
        WireFid fid, long offset, long length, WritableByteChannel sink) throws CallFailure {
      return call(line, "FetchData64", fid, () -> service.fetchData64(fid, offset, length, sink));
    }

    @Override
    public FetchDataReply fetchData(WireFid fid, int offset, int length, WritableByteChannel sink)
        throws CallFailure {
      return call(line, "FetchData", fid, () -> fetchWhole(fid, offset, length, sink));
    }

    private FetchDataReply fetchWhole(WireFid fid, int offset, int length, WritableByteChannel sink)
        throws IOException {
      ByteBuffer all = ByteBuffer.allocate(length);
      FetchDataReply reply = service.fetchData(fid, offset, all);
      all.flip();
      while (all.hasRemaining()) {
        sink.write(all);
      }
      return reply;
    }

    @Override
    public FetchVolumeStatus getVolumeStatus(int volume) throws CallFailure {
      return call(line, "GetVolumeStatus", volume, () -> service.getVolumeStatus(volume));
    }

    @Override
    public void giveUpAllCallBacks() throws CallFailure {
      call(
          line,
          "GiveUpAllCallBacks",
          "",
          () -> {
            service.giveUpAllCallBacks();
            return true;
          });
    }

    @Override
    public Capabilities getCapabilities() throws CallFailure {
      return call(line, "GetCapabilities", "", service::getCapabilities);
    }
  }

  private final class LocationCalls implements LocationServerCalls {
    private final Line line;
    private final VolumeLocationService service;

    LocationCalls(Line line, VolumeLocationService service) {
      this.line = line;
      this.service = service;
    }

    @Override
    public void probe() throws CallFailure {
      call(
          line,
          "Probe",
          "",
          () -> {
            service.probe();
            return true;
          });
    }

    @Override
    public VldbEntry getEntryByNameU(String nameOrId) throws CallFailure {
      return call(line, "GetEntryByNameU", nameOrId, () -> service.getEntryByNameU(nameOrId));
    }

    @Override
    public VldbEntry getEntryByNameN(String nameOrId) throws CallFailure {
      return call(line, "GetEntryByNameN", nameOrId, () -> service.getEntryByNameN(nameOrId));
    }

    @Override
    public ServerAddresses getAddrsU(UUID server) throws CallFailure {
      return call(line, "GetAddrsU", server, () -> service.getAddrsU(server));
    }
  }
}
