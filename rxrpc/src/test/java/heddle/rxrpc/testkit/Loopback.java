package heddle.rxrpc.testkit;

import heddle.rxrpc.EndpointConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Endpoints that only this machine can reach. */
public final class Loopback {
  /** Some free port. */
  public static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  public static final EndpointConfig LOOPBACK = EndpointConfig.DEFAULT.withBindAddress(ANY_PORT);

  private Loopback() {}
}
