package heddle.afs.cell;

import heddle.afs.AfsConfig;
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
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The sockets of a cell's servers, all at one address. */
final class CellServers implements AutoCloseable {
  private static final int ATTEMPTS = 50;
  private static final int PORT_STEP = 10;
  private static final int FIRST_BASE = 1_024; // in such steps
  private static final int LAST_BASE = 3_200;
  private static final List<Integer> PORTS =
      List.of(
          FileService.PORT,
          ProtectionOperations.PORT,
          VolumeLocationService.PORT,
          VolumeServerOperations.PORT);

  private final Place place;
  private final List<Endpoint> endpoints; // in the order of the ports
  private final ServiceOptions options;

  /** Where servers are: an address, and where their ports begin. */
  private record Place(Inet4Address address, int portBase) {
    InetSocketAddress of(int port) {
      return new InetSocketAddress(address, port - AfsConfig.PORT_BASE + portBase);
    }
  }

  private CellServers(Place place, List<Endpoint> endpoints, ServiceOptions options) {
    this.place = place;
    this.endpoints = endpoints;
    this.options = options;
  }

  private static ServiceOptions secured(ServiceKeys keys) {
    return ServiceOptions.DEFAULT.withSecurity(ServiceSecurity.none(), RxkadService.with(keys));
  }

  /**
   * Opens the sockets, at a loopback address that nobody uses if none is given. A machine that has
   * no such addresses but the usual one gets other ports there.
   *
   * @throws BindException if the address is in use, or no free one was found
   */
  static CellServers open(Optional<Inet4Address> wanted, int portBase, ServiceKeys keys)
      throws IOException {
    if (wanted.isPresent()) {
      Place place = new Place(wanted.get(), portBase);
      return new CellServers(place, openAt(place), secured(keys));
    }
    BindException last = new BindException("no loopback address is free");
    for (int i = 0; i < 2 * ATTEMPTS; i++) {
      Place candidate = i < ATTEMPTS ? anyLoopback(portBase) : anyPorts();
      try {
        return new CellServers(candidate, openAt(candidate), secured(keys));
      } catch (BindException e) {
        last = e;
      }
    }
    throw last;
  }

  private static Place anyLoopback(int portBase) throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] bytes = {
      127, (byte) random.nextInt(1, 255), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
    };
    return new Place((Inet4Address) InetAddress.getByAddress(bytes), portBase);
  }

  private static Place anyPorts() throws IOException {
    Inet4Address loopback = (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return new Place(
        loopback, PORT_STEP * ThreadLocalRandom.current().nextInt(FIRST_BASE, LAST_BASE));
  }

  private static List<Endpoint> openAt(Place place) throws IOException {
    List<Endpoint> opened = new ArrayList<>();
    try {
      for (int port : PORTS) {
        opened.add(Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(place.of(port))));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.forEach(Endpoint::close);
      throw e;
    }
  }

  Inet4Address address() {
    return place.address;
  }

  int portBase() {
    return place.portBase;
  }

  /** Returns the socket of the file server, from which clients are called back too. */
  Endpoint fileServer() {
    return endpoint(FileService.PORT);
  }

  private Endpoint endpoint(int port) {
    return endpoints.get(PORTS.indexOf(port));
  }

  void serve(int port, int serviceId, RpcHandler.Operations operations) {
    serve(port, serviceId, operations, new CallGate());
  }

  /** Serves, each call when {@code gate} lets it. */
  void serve(int port, int serviceId, RpcHandler.Operations operations, CallGate gate) {
    endpoint(port).serve(serviceId, options, new RpcHandler(operations, gate));
  }

  /**
   * Opens the sockets again that were closed.
   *
   * @throws BindException if somebody else has them
   */
  CellServers reopen() throws IOException {
    return new CellServers(place, openAt(place), options);
  }

  /** Takes the sockets that were closed, and lets all that comes to them vanish. */
  Silent beSilent() throws IOException {
    Silent silent = new Silent(new ArrayList<>());
    try {
      for (int port : PORTS) {
        silent.channels.add(DatagramChannel.open().bind(place.of(port)));
      }
      return silent;
    } catch (IOException e) {
      silent.close();
      throw e;
    }
  }

  /** Sockets that nobody reads. */
  record Silent(List<DatagramChannel> channels) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      for (DatagramChannel channel : channels) {
        channel.close();
      }
    }
  }

  @Override
  public void close() {
    endpoints.forEach(Endpoint::close);
  }
}
