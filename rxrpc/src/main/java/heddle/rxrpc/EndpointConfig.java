package heddle.rxrpc;

import java.net.InetSocketAddress;
import java.time.Duration;

/** Limits and time-outs of an endpoint. */
public record EndpointConfig(InetSocketAddress bindAddress, Duration normalTimeout, Duration idleTimeout) {
  public static final EndpointConfig DEFAULT =
      new EndpointConfig(new InetSocketAddress(0), Duration.ofSeconds(20), Duration.ofSeconds(60));

  public EndpointConfig withBindAddress(InetSocketAddress address) {
    return new EndpointConfig(address, normalTimeout, idleTimeout);
  }

  public EndpointConfig withNormalTimeout(Duration timeout) {
    return new EndpointConfig(bindAddress, timeout, idleTimeout);
  }

  public EndpointConfig withIdleTimeout(Duration timeout) {
    return new EndpointConfig(bindAddress, normalTimeout, timeout);
  }
}
