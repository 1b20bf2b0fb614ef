package heddle.afs.callback;

import heddle.afs.rpc.ClientInterfaces;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The IPv4 interfaces of this machine, looked up each time: they change. */
public final class LocalInterfaces implements Supplier<ClientInterfaces> {
  private final UUID clientUuid;

  /** Tells them under that UUID. */
  public LocalInterfaces(UUID clientUuid) {
    this.clientUuid = clientUuid;
  }

  @Override
  public ClientInterfaces get() {
    return new ClientInterfaces(clientUuid, interfaces());
  }

  private static List<ClientInterfaces.Interface> interfaces() {
    try {
      List<ClientInterfaces.Interface> all =
          NetworkInterface.networkInterfaces().flatMap(LocalInterfaces::addresses).toList();
      List<ClientInterfaces.Interface> outside =
          all.stream().filter(one -> !one.address().isLoopbackAddress()).toList();
      return (outside.isEmpty() ? all : outside)
          .stream().limit(ClientInterfaces.MAX_INTERFACES).toList();
    } catch (SocketException e) {
      return List.of(); // the server knows the address that we call from
    }
  }

  private static Stream<ClientInterfaces.Interface> addresses(NetworkInterface device) {
    try {
      if (!device.isUp()) {
        return Stream.of();
      }
      int mtuBytes = device.getMTU();
      return device.getInterfaceAddresses().stream()
          .flatMap(address -> toInterface(address, mtuBytes));
    } catch (SocketException e) {
      return Stream.of(); // it is being taken down
    }
  }

  private static Stream<ClientInterfaces.Interface> toInterface(
      InterfaceAddress address, int mtuBytes) {
    return address.getAddress() instanceof Inet4Address inet4
        ? Stream.of(
            new ClientInterfaces.Interface(inet4, address.getNetworkPrefixLength(), mtuBytes))
        : Stream.of();
  }
}
