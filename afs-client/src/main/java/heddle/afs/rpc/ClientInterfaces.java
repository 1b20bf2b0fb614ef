package heddle.afs.rpc;

import java.net.Inet4Address;
import java.util.List;
import java.util.UUID;

/**
 * What a client tells file servers of itself: its UUID and network interfaces.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, interfaceAddr.
 *
 * @param interfaces at most {@value #MAX_INTERFACES}
 */
public record ClientInterfaces(UUID uuid, List<Interface> interfaces) {
  /** Greatest number of interfaces on the wire. */
  public static final int MAX_INTERFACES = 32;

  /**
   * One interface.
   *
   * @param prefixLength bits of the network mask, @param mtuBytes greatest IP packet
   */
  public record Interface(Inet4Address address, int prefixLength, int mtuBytes) {}
}
