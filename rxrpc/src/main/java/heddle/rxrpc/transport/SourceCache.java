package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The address objects of those who sent last, so that a datagram from a known peer allocates none.
 * Each address has one place, where the newest one stays: whoever forges addresses can make us
 * allocate, but not keep, more. For one thread.
 */
final class SourceCache {
  private static final int PLACES = 4096; // a power of two

  private final @Nullable Entry[] entries = new @Nullable Entry[PLACES];
  private Entry local = new Entry(0, 0, 0, new InetSocketAddress(0));

  /** An address, found by its bytes as they lie in memory. */
  private record Entry(long high, long low, long portAndScope, InetSocketAddress address) {
    boolean matches(long otherHigh, long otherLow, long otherPortAndScope) {
      return low == otherLow && high == otherHigh && portAndScope == otherPortAndScope;
    }
  }

  /** Returns the socket address at {@code at}, or null if it is of an unknown family. */
  @Nullable InetSocketAddress source(ByteBuffer in, int at) {
    long high = 0;
    long low = in.getInt(at + 4);
    long portAndScope = Integer.toUnsignedLong(in.getInt(at)); // with the family
    if (in.getShort(at) == Linux.AF_INET6) {
      high = in.getLong(at + 8);
      low = in.getLong(at + 16);
      portAndScope |= (long) in.getInt(at + 24) << 32;
    }
    int place = place(high, low, portAndScope);
    Entry entry = entries[place];
    if (entry != null && entry.matches(high, low, portAndScope)) {
      return entry.address;
    }
    InetSocketAddress address = SocketAddresses.decode(in, at);
    if (address != null) {
      entries[place] = new Entry(high, low, portAndScope, address);
    }
    return address;
  }

  /**
   * Returns our own IPv6 address of 16 bytes that a datagram came to.
   *
   * @param networkInterface that it came through
   */
  InetAddress localIpv6(ByteBuffer in, int at, int networkInterface) {
    long high = in.getLong(at);
    long low = in.getLong(at + 8);
    boolean linkLocal = in.get(at) == (byte) 0xfe && (in.get(at + 1) & 0xc0) == 0x80;
    int scope = linkLocal ? networkInterface : 0;
    if (!local.matches(high, low, scope)) {
      InetAddress address = SocketAddresses.decodeIp(in, at, 16, scope);
      local = new Entry(high, low, scope, new InetSocketAddress(address, 0));
    }
    return local.address.getAddress();
  }

  /** Returns our own IPv4 address of 4 bytes that a datagram came to. */
  InetAddress localIpv4(ByteBuffer in, int at) {
    int bytes = in.getInt(at);
    if (!local.matches(-1, bytes, 0)) {
      InetAddress address = SocketAddresses.decodeIp(in, at, 4, 0);
      local = new Entry(-1, bytes, 0, new InetSocketAddress(address, 0));
    }
    return local.address.getAddress();
  }

  private static int place(long high, long low, long portAndScope) {
    long mixed = (high * 31 + low) * 31 + portAndScope;
    mixed *= 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 52); // 12 bits
  }
}
