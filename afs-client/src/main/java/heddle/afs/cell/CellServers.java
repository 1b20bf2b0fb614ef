package heddle.afs.cell;

import heddle.afs.rpc.FileService;
import heddle.afs.rpc.VolumeLocationService;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The sockets of a cell's servers, all at one address. */
final class CellServers implements AutoCloseable {
  private static final int ATTEMPTS = 50;
  private static final List<Integer> PORTS =
      List.of(
          FileService.PORT,
          ProtectionOperations.PORT,
          VolumeLocationService.PORT,
          VolumeServerOperations.PORT);

  private final Inet4Address address;
  private final List<Endpoint> endpoints; // in the order of the ports
  private final ServiceOptions options;

  private CellServers(Inet4Address address, List<Endpoint> endpoints, ServiceKeys keys) {
    this.address = address;
    this.endpoints = endpoints;
    this.options =
        ServiceOptions.DEFAULT.withSecurity(ServiceSecurity.none(), RxkadService.with(keys));
  }

  /**
   * Opens the sockets, at a loopback address that nobody uses if none is given.
   *
   * @throws BindException if the address is in use, or no free one was found
   */
  static CellServers open(Optional<Inet4Address> wanted, ServiceKeys keys) throws IOException {
    if (wanted.isPresent()) {
      return new CellServers(wanted.get(), openAt(wanted.get()), keys);
    }
    BindException last = new BindException("no loopback address is free");
    for (int i = 0; i < ATTEMPTS; i++) {
      Inet4Address candidate = anyLoopback();
      try {
        return new CellServers(candidate, openAt(candidate), keys);
      } catch (BindException e) {
        last = e;
      }
    }
    throw last;
  }

  private static Inet4Address anyLoopback() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] bytes = {
      127, (byte) random.nextInt(1, 255), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
    };
    return (Inet4Address) InetAddress.getByAddress(bytes);
  }

  private static List<Endpoint> openAt(Inet4Address address) throws IOException {
    List<Endpoint> opened = new ArrayList<>();
    try {
      for (int port : PORTS) {
        opened.add(
            Endpoint.open(
                EndpointConfig.DEFAULT.withBindAddress(new InetSocketAddress(address, port))));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.forEach(Endpoint::close);
      throw e;
    }
  }

  Inet4Address address() {
    return address;
  }

  /** Returns the socket of the file server, from which clients are called back too. */
  Endpoint fileServer() {
    return endpoint(FileService.PORT);
  }

  private Endpoint endpoint(int port) {
    return endpoints.get(PORTS.indexOf(port));
  }

  void serve(int port, int serviceId, RpcHandler.Operations operations) {
    endpoint(port).serve(serviceId, options, new RpcHandler(operations));
  }

  @Override
  public void close() {
    endpoints.forEach(Endpoint::close);
  }
}
