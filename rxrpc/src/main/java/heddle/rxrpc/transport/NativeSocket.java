package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Fragmentation;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Objects;

/**
 * A bound UDP socket of the kernel, with the options that {@link NativePort} wants. Where it is
 * bound to the wildcard it is an IPv6 socket that takes IPv4 too, or, where there is no IPv6, an
 * IPv4 one.
 */
final class NativeSocket {
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int MUCH_BUFFER_BYTES = 4 << 20; // as the kernel counts, which doubles them
  private static final int ON = 1;
  private static final int OFF = 0;
  private static final int VALUE = 0; // in the scratch memory
  private static final int NAME = 8;
  private static final int NAME_BYTES = 32;
  private static final int SCRATCH_BYTES = NAME + NAME_BYTES;

  private final SystemCalls calls;
  private final NativeMemory scratch;
  private final int family;
  private final int descriptor;
  private boolean segments;
  private boolean coalesces;
  private boolean holdsMuch;

  private NativeSocket(SystemCalls calls, int family) throws IOException {
    this.calls = calls;
    this.family = family;
    this.scratch = NativeMemory.allocate(calls, SCRATCH_BYTES);
    this.descriptor = check("socket", calls.socket(family, Linux.SOCK_DGRAM));
  }

  /**
   * Opens a socket.
   *
   * @throws BindException if the address or port is taken or not ours
   */
  static NativeSocket open(SystemCalls calls, InetSocketAddress bindAddress) throws IOException {
    InetAddress ip = bindAddress.getAddress();
    boolean wildcard = ip.isAnyLocalAddress();
    boolean four = wildcard ? !hasIpv6(calls) : ip instanceof Inet4Address;
    NativeSocket socket = new NativeSocket(calls, four ? Linux.AF_INET : Linux.AF_INET6);
    try {
      socket.configure(wildcard);
      socket.bind(bindAddress);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static boolean hasIpv6(SystemCalls calls) {
    int socket = calls.socket(Linux.AF_INET6, Linux.SOCK_DGRAM);
    if (socket >= 0) {
      calls.close(socket);
    }
    return socket >= 0 && !Boolean.getBoolean("java.net.preferIPv4Stack");
  }

  private void configure(boolean wildcard) throws IOException {
    buffer(Linux.SO_RCVBUFFORCE, Linux.SO_RCVBUF);
    buffer(Linux.SO_SNDBUFFORCE, Linux.SO_SNDBUF);
    if (family == Linux.AF_INET6) {
      check("IPV6_V6ONLY", set(Linux.SOL_IPV6, Linux.IPV6_V6ONLY, wildcard ? OFF : ON));
      check("IPV6_RECVERR", set(Linux.SOL_IPV6, Linux.IPV6_RECVERR, ON));
      if (wildcard) {
        check("IPV6_RECVPKTINFO", set(Linux.SOL_IPV6, Linux.IPV6_RECVPKTINFO, ON));
      }
    }
    check("IP_RECVERR", set(Linux.SOL_IP, Linux.IP_RECVERR, ON));
    if (family == Linux.AF_INET && wildcard) {
      check("IP_PKTINFO", set(Linux.SOL_IP, Linux.IP_PKTINFO, ON));
    }
    fragmentation(Fragmentation.ALLOWED);
    segments = set(Linux.SOL_UDP, Linux.UDP_SEGMENT, OFF) >= 0;
    coalesces = set(Linux.SOL_UDP, Linux.UDP_GRO, ON) >= 0;
    holdsMuch = get(Linux.SOL_SOCKET, Linux.SO_RCVBUF) >= MUCH_BUFFER_BYTES;
  }

  /** Root may have more than the limit that is set for others. */
  private void buffer(int forced, int plain) throws IOException {
    if (set(Linux.SOL_SOCKET, forced, SOCKET_BUFFER_BYTES) < 0) {
      check("socket buffer", set(Linux.SOL_SOCKET, plain, SOCKET_BUFFER_BYTES));
    }
  }

  private int set(int level, int option, int value) {
    scratch.bytes().putInt(VALUE, value);
    return calls.setsockopt(descriptor, level, option, scratch.address() + VALUE, Integer.BYTES);
  }

  /** Returns the value of an option, or a negative number if there is none. */
  private int get(int level, int option) {
    scratch.bytes().putInt(NAME, Integer.BYTES);
    int result =
        calls.getsockopt(
            descriptor, level, option, scratch.address() + VALUE, scratch.address() + NAME);
    return result < 0 ? result : scratch.bytes().getInt(VALUE);
  }

  /**
   * Sets whether what is sent from now on may be fragmented. Where it may, the kernel's idea of the
   * path MTU does not matter for IPv4, since routers fragment; for IPv6, which only hosts fragment,
   * it is used.
   */
  void fragmentation(Fragmentation allowed) throws IOException {
    boolean forbidden = allowed == Fragmentation.FORBIDDEN;
    int four = forbidden ? Linux.PMTUDISC_PROBE : Linux.PMTUDISC_OMIT;
    check("IP_MTU_DISCOVER", set(Linux.SOL_IP, Linux.IP_MTU_DISCOVER, four));
    if (family == Linux.AF_INET6) {
      int six = forbidden ? Linux.PMTUDISC_PROBE : Linux.PMTUDISC_WANT;
      check("IPV6_MTU_DISCOVER", set(Linux.SOL_IPV6, Linux.IPV6_MTU_DISCOVER, six));
    }
  }

  private void bind(InetSocketAddress address) throws IOException {
    InetSocketAddress target = address;
    if (family == Linux.AF_INET6 && address.getAddress().isAnyLocalAddress()) {
      target = new InetSocketAddress("::", address.getPort());
    }
    int length = SocketAddresses.encode(target, family, scratch.bytes(), NAME);
    check("bind " + address, calls.bind(descriptor, scratch.address() + NAME, length));
  }

  /** Asks the kernel what the socket is bound to. */
  InetSocketAddress localAddress() throws IOException {
    scratch.bytes().putInt(VALUE, NAME_BYTES);
    check(
        "getsockname",
        calls.getsockname(descriptor, scratch.address() + NAME, scratch.address() + VALUE));
    return Objects.requireNonNull(SocketAddresses.decode(scratch.bytes(), NAME));
  }

  int descriptor() {
    return descriptor;
  }

  int family() {
    return family;
  }

  /** Returns whether the kernel cuts what is sent into segments. */
  boolean segments() {
    return segments;
  }

  /** Returns whether the kernel gives a sender's datagrams as one. */
  boolean coalesces() {
    return coalesces;
  }

  /** Returns whether a window of large packets waits here without loss, and another behind it. */
  boolean holdsMuch() {
    return holdsMuch;
  }

  void close() {
    calls.close(descriptor);
  }

  private int check(String what, int result) throws IOException {
    if (result >= 0) {
      return result;
    }
    String message = what + ": " + calls.strerror(-result);
    throw switch (-result) {
      case Linux.EADDRINUSE, Linux.EADDRNOTAVAIL, Linux.EACCES -> new BindException(message);
      default -> new SocketException(message);
    };
  }
}
