package heddle.rxrpc.trace;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Values as logs say them. */
final class EventText {
  private static final double NANOS_PER_MILLI = 1_000_000;

  private EventText() {}

  /** Returns an address as numbers, never as a name. */
  static String address(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip == null ? address.getHostString() : ip.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
  }

  /** Returns the name of an enum's value in the way of prose: {@code enough packets}. */
  static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static String unsigned(int value) {
    return Integer.toUnsignedString(value);
  }

  static String hex(int value) {
    return String.format("%08x", value);
  }
}
