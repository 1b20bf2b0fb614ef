package heddle.rxrpc.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the best port that there is here. */
public final class DatagramPorts {
  /** Name of the system property that forces one kind of port: {@code native}, {@code portable}. */
  public static final String PROPERTY = "heddle.rxrpc.port";

  private static final Logger LOG = LoggerFactory.getLogger(DatagramPorts.class);

  /** Which port is wanted. */
  public enum Choice {
    /** Linux's own calls where they can be made, else the JDK's. */
    BEST,
    /** Linux's own calls or none. */
    NATIVE,
    /** The JDK's. */
    PORTABLE;

    /** Returns what the system property says. */
    static Choice configured() {
      String value = System.getProperty(PROPERTY, "best");
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "best" -> BEST;
        case "native" -> NATIVE;
        case "portable" -> PORTABLE;
        default ->
            throw new IllegalArgumentException(
                PROPERTY + " is native, portable or best, not: " + value);
      };
    }
  }

  private DatagramPorts() {}

  /**
   * Opens a port as the system property {@value PROPERTY} says, the best without it.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had
   */
  static DatagramPort open(InetSocketAddress bindAddress) throws IOException {
    return open(bindAddress, Choice.configured());
  }

  /**
   * Opens a port.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had, or none of the wanted kind
   */
  public static DatagramPort open(InetSocketAddress bindAddress, Choice choice) throws IOException {
    if (bindAddress.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    if (choice == Choice.PORTABLE) {
      return opened(UdpPort.open(bindAddress), "as configured");
    }
    NativeSupport support = NativeSupport.get();
    if (support.calls().isPresent()) {
      return opened(NativePort.open(support.calls().get(), bindAddress), "Linux's own calls");
    }
    if (choice == Choice.NATIVE) {
      throw new SocketException("no native datagrams: " + support.reason());
    }
    return opened(UdpPort.open(bindAddress), support.reason());
  }

  private static DatagramPort opened(DatagramPort port, String why) {
    LOG.debug("opened {}: {}", port, why);
    return port;
  }
}
