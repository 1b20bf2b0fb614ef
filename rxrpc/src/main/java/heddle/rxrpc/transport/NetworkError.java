package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The network, or our own host, has said that a datagram did not arrive. Anybody who can forge ICMP
 * packets can say so: what is quoted must be compared with what was sent.
 *
 * @param kind what is wrong
 * @param origin who says so
 * @param errno the same in the words of the system
 * @param pathMtu greatest IP packet that the path takes, if it is {@link Kind#TOO_BIG} and known;
 *     else 0
 * @param destination where the datagram went
 * @param reporter who sent the ICMP message; the wildcard address if it was our own host
 * @param quoted the beginning of the datagram's payload, as far as it was quoted; maybe nothing.
 *     Belongs to the receiver
 */
public record NetworkError(
    Kind kind,
    Origin origin,
    int errno,
    int pathMtu,
    InetSocketAddress destination,
    InetAddress reporter,
    byte[] quoted) {

  /** Who speaks. */
  public enum Origin {
    /** Our own system refused to send. */
    LOCAL,
    /** An ICMP message, of version 4 or 6. */
    ICMP,
    /** A probe of our own, which the system itself has matched with what it was told. */
    PROBE
  }

  /** What is wrong. */
  public enum Kind {
    /** Nobody listens at the port. */
    PORT_UNREACHABLE,
    /** The host does not answer. */
    HOST_UNREACHABLE,
    /** There is no way to the network. */
    NETWORK_UNREACHABLE,
    /** Somebody does not let the datagram pass. */
    PROHIBITED,
    /** The datagram is too long for the path, and was not to be fragmented. */
    TOO_BIG,
    /** Anything else, such as time exceeded. */
    OTHER;

    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMPV6_UNREACHABLE = 1;
    private static final int ICMPV6_TOO_BIG = 2;

    /**
     * Reads an ICMP message.
     *
     * <p>Protocol source: RFC 792, "Destination Unreachable Message"; RFC 1812, 5.2.7.1.
     */
    static Kind ofIcmp(int type, int code) {
      if (type != ICMP_UNREACHABLE) {
        return OTHER;
      }
      return switch (code) {
        case 0, 6, 11 -> NETWORK_UNREACHABLE;
        case 1, 7, 8, 12 -> HOST_UNREACHABLE;
        case 2, 3 -> PORT_UNREACHABLE; // 2: the host has no UDP
        case 4 -> TOO_BIG;
        case 9, 10, 13 -> PROHIBITED;
        default -> OTHER;
      };
    }

    /**
     * Reads an ICMPv6 message.
     *
     * <p>Protocol source: RFC 4443, 3.1 and 3.2.
     */
    static Kind ofIcmpv6(int type, int code) {
      if (type == ICMPV6_TOO_BIG) {
        return TOO_BIG;
      }
      if (type != ICMPV6_UNREACHABLE) {
        return OTHER;
      }
      return switch (code) {
        case 0 -> NETWORK_UNREACHABLE;
        case 1, 5, 6 -> PROHIBITED;
        case 2, 3 -> HOST_UNREACHABLE;
        case 4 -> PORT_UNREACHABLE;
        default -> OTHER;
      };
    }

    /** Reads what the system says when it refuses to send. */
    static Kind ofErrno(int errno) {
      return switch (errno) {
        case Linux.ECONNREFUSED -> PORT_UNREACHABLE;
        case Linux.EHOSTUNREACH -> HOST_UNREACHABLE;
        case Linux.ENETUNREACH, Linux.EAFNOSUPPORT, Linux.EADDRNOTAVAIL -> NETWORK_UNREACHABLE;
        case Linux.EPERM, Linux.EACCES -> PROHIBITED;
        case Linux.EMSGSIZE -> TOO_BIG;
        default -> OTHER;
      };
    }
  }

  /** Returns the quoted bytes to be read. */
  public ByteBuffer quotation() {
    return ByteBuffer.wrap(quoted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkError that
        && kind == that.kind
        && origin == that.origin
        && errno == that.errno
        && pathMtu == that.pathMtu
        && destination.equals(that.destination)
        && reporter.equals(that.reporter)
        && Arrays.equals(quoted, that.quoted);
  }

  @Override
  public int hashCode() {
    return destination.hashCode() * 31 + kind.hashCode();
  }

  @Override
  public String toString() {
    String mtu = pathMtu > 0 ? " mtu=" + pathMtu : "";
    return kind
        + " "
        + destination
        + " errno="
        + errno
        + mtu
        + " by "
        + reporter
        + " ("
        + origin
        + "), "
        + quoted.length
        + " bytes quoted";
  }
}
