package heddle.rxrpc;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Limits and time-outs of an endpoint; immutable, each {@code with} method returns a changed copy.
 *
 * @param bindAddress local address and port; port 0 takes any free one
 * @param normalTimeout how long a peer may send nothing at all during a call; zero is for ever
 * @param idleTimeout how long a peer may answer pings without making progress; zero is for ever
 * @param connectionsPerBundle most wire connections, of four channels each, to one service of a peer
 * @param waitingCalls most calls that wait for a channel; one more fails
 * @param serviceConnections most wire connections that clients may have to this endpoint's services
 */
public record EndpointConfig(
    InetSocketAddress bindAddress,
    Duration normalTimeout,
    Duration idleTimeout,
    int connectionsPerBundle,
    int waitingCalls,
    int serviceConnections) {
  /** Any free port; 20 s of silence, 60 s without progress; 4 connections, 10,000 waiting calls. */
  public static final EndpointConfig DEFAULT =
      new EndpointConfig(
          new InetSocketAddress(0),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          4,
          10_000,
          200_000);

  /** Returns a copy that binds to another address or port. */
  public EndpointConfig withBindAddress(InetSocketAddress address) {
    return new EndpointConfig(
        address, normalTimeout, idleTimeout, connectionsPerBundle, waitingCalls, serviceConnections);
  }

  /** Returns a copy with another limit on silence. */
  public EndpointConfig withNormalTimeout(Duration timeout) {
    return new EndpointConfig(
        bindAddress, timeout, idleTimeout, connectionsPerBundle, waitingCalls, serviceConnections);
  }

  /** Returns a copy with another limit on time without progress. */
  public EndpointConfig withIdleTimeout(Duration timeout) {
    return new EndpointConfig(
        bindAddress, normalTimeout, timeout, connectionsPerBundle, waitingCalls, serviceConnections);
  }

  /** Returns a copy with another limit on wire connections to one service of a peer. */
  public EndpointConfig withConnectionsPerBundle(int connections) {
    return new EndpointConfig(
        bindAddress, normalTimeout, idleTimeout, connections, waitingCalls, serviceConnections);
  }
}
