package heddle.rxrpc.transport;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as the kernel has them ({@code sockaddr_in}, {@code sockaddr_in6}) and as Java does.
 */
final class SocketAddresses {
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV6_SCOPE = 24;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private SocketAddresses() {}

  /**
   * Writes {@code address} for a socket of {@code family}; an IPv6 socket has IPv4 addresses
   * mapped.
   *
   * @return the length
   */
  static int encode(InetSocketAddress address, int family, ByteBuffer out, int at) {
    InetAddress ip = address.getAddress();
    int port = address.getPort();
    out.put(at + PORT, (byte) (port >>> 8)).put(at + PORT + 1, (byte) port);
    out.putInt(at + IPV4_ADDRESS, 0);
    if (family == Linux.AF_INET && ip instanceof Inet4Address) {
      out.putShort(at, (short) Linux.AF_INET);
      out.put(at + IPV4_ADDRESS, ip.getAddress()).putLong(at + IPV4_ADDRESS + IPV4_BYTES, 0);
      return Linux.SOCKADDR_IN_BYTES;
    }
    out.putShort(at, (short) Linux.AF_INET6);
    encodeIpv6(ip, out, at + IPV6_ADDRESS);
    out.putInt(at + IPV6_SCOPE, scope(ip));
    return Linux.SOCKADDR_IN6_BYTES;
  }

  /** Returns the interface that a link-local address belongs to, or 0. */
  static int scope(InetAddress address) {
    return address instanceof Inet6Address six ? six.getScopeId() : 0;
  }

  /** Writes the 16 bytes of {@code address}, mapped if it is an IPv4 one. */
  static void encodeIpv6(InetAddress address, ByteBuffer out, int at) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV6_BYTES) {
      out.put(at, bytes);
    } else {
      out.putLong(at, 0).putShort(at + 8, (short) 0).putShort(at + 10, (short) -1);
      out.put(at + 12, bytes);
    }
  }

  /** Reads a socket address, or null if it is of another family. */
  static @Nullable InetSocketAddress decode(ByteBuffer in, int at) {
    int port =
        Byte.toUnsignedInt(in.get(at + PORT)) << 8 | Byte.toUnsignedInt(in.get(at + PORT + 1));
    return switch (in.getShort(at)) {
      case Linux.AF_INET ->
          new InetSocketAddress(decodeIp(in, at + IPV4_ADDRESS, IPV4_BYTES, 0), port);
      case Linux.AF_INET6 ->
          new InetSocketAddress(
              decodeIp(in, at + IPV6_ADDRESS, IPV6_BYTES, in.getInt(at + IPV6_SCOPE)), port);
      default -> null;
    };
  }

  /**
   * Reads an IPv4 address of 4 bytes or an IPv6 one of 16; a mapped IPv4 address becomes a plain
   * one.
   *
   * @param scope the interface that a link-local address belongs to, or 0
   */
  static InetAddress decodeIp(ByteBuffer in, int at, int length, int scope) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      return scope != 0 && address instanceof Inet6Address
          ? Inet6Address.getByAddress(null, bytes, scope)
          : address;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address of " + length + " bytes", e);
    }
  }

  /** Returns a buffer for one address. */
  static ByteBuffer newBuffer() {
    return ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
  }
}
