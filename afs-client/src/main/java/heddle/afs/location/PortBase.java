package heddle.afs.location;

import java.net.InetSocketAddress;

/**
 * Where the ports of servers begin. All that is known of servers names the usual ports, as the
 * volume location database does; packets go to those of the same distance from another base.
 *
 * @param number port of file servers, from which the others count
 */
public record PortBase(int number) {
  /** What every cell has but those made for tests. */
  public static final int USUAL = 7000;

  private static final int PORTS = 10;
  private static final int MAX_PORT = 0xffff;

  /** Checks what was given. */
  public PortBase {
    check(number);
  }

  /**
   * Checks a base of ports.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void check(int number) {
    if (number <= 0 || number + PORTS > MAX_PORT) {
      throw new IllegalArgumentException("ports cannot begin at " + number);
    }
  }

  /** Returns where packets for a server go. */
  InetSocketAddress actual(InetSocketAddress server) {
    return moved(server, USUAL, number);
  }

  /** Returns which server packets come from. */
  public InetSocketAddress usual(InetSocketAddress source) {
    return moved(source, number, USUAL);
  }

  private static InetSocketAddress moved(InetSocketAddress address, int from, int to) {
    int port = address.getPort();
    return from == to || port < from || port >= from + PORTS
        ? address
        : new InetSocketAddress(address.getAddress(), port - from + to);
  }
}
