package heddle.rxrpc;

import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.trace.Tracer;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Limits and time-outs of an endpoint; immutable, each {@code with} method returns a changed copy.
 *
 * <table>
 * <caption>Defaults</caption>
 * <tr><th>what</th><th>default</th></tr>
 * <tr><td>peer silent during a call</td><td>20 s</td></tr>
 * <tr><td>peer without progress during a call</td><td>60 s</td></tr>
 * <tr><td>call offered to a peer that answers BUSY</td><td>5 s</td></tr>
 * <tr><td>whole call</td><td>no limit; {@link CallOptions#hardTimeout()}</td></tr>
 * <tr><td>idle client connection</td><td>120 s; 2 s where there are more than 900</td></tr>
 * <tr><td>idle service connection</td><td>10 min</td></tr>
 * <tr><td>sign of life to a server, for NATs</td><td>20 s</td></tr>
 * </table>
 *
 * @param bindAddress local address and port; port 0 takes any free one
 * @param normalTimeout how long a peer may send nothing at all during a call; zero is for ever
 * @param idleTimeout how long a peer may answer pings without making progress; zero is for ever
 * @param busyTimeout how long a call is offered again and again to a peer that answers BUSY; zero
 *     fails it at the first
 * @param connectionsPerBundle most wire connections, of four channels each, to one service of a
 *     peer
 * @param waitingCalls most calls that wait for a channel; one more fails
 * @param serviceConnections most wire connections that clients may have to this endpoint's services
 * @param clientExpiry how long a client's wire connection may be idle
 * @param crowdedExpiry the same where there are more than {@code crowd} of them
 * @param crowd how many client connections are a crowd
 * @param serviceExpiry how long a service's wire connection may be idle
 * @param natKeepAlive how long nothing is sent to a server to which there is a wire connection,
 *     before it is sent a packet that keeps a NAT open; zero is for ever
 * @param jumboPackets most DATA packets in a datagram, where the peer takes as many; 1 sends each
 *     alone and asks the peer to do the same. Jumbograms are understood in any case. They are worth
 *     it on paths with a large MTU, which is found out by itself
 * @param diagnosis which questions of strangers are answered, such as those of {@code rxdebug}
 * @param tracer who is told what the endpoint does
 */
public record EndpointConfig(
    InetSocketAddress bindAddress,
    Duration normalTimeout,
    Duration idleTimeout,
    Duration busyTimeout,
    int connectionsPerBundle,
    int waitingCalls,
    int serviceConnections,
    Duration clientExpiry,
    Duration crowdedExpiry,
    int crowd,
    Duration serviceExpiry,
    Duration natKeepAlive,
    int jumboPackets,
    Diagnosis diagnosis,
    Tracer tracer) {
  /** The defaults of the table above, on any free port. */
  public static final EndpointConfig DEFAULT =
      new EndpointConfig(
          new InetSocketAddress(0),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          4,
          10_000,
          200_000,
          Duration.ofSeconds(120),
          Duration.ofSeconds(2),
          900,
          Duration.ofMinutes(10),
          Duration.ofSeconds(20),
          1,
          Diagnosis.ALL,
          Tracer.NONE);

  /** Returns a copy that binds to another address or port. */
  public EndpointConfig withBindAddress(InetSocketAddress address) {
    return copy(address, normalTimeout, idleTimeout, busyTimeout, connectionsPerBundle);
  }

  /** Returns a copy with another limit on silence. */
  public EndpointConfig withNormalTimeout(Duration timeout) {
    return copy(bindAddress, timeout, idleTimeout, busyTimeout, connectionsPerBundle);
  }

  /** Returns a copy with another limit on time without progress. */
  public EndpointConfig withIdleTimeout(Duration timeout) {
    return copy(bindAddress, normalTimeout, timeout, busyTimeout, connectionsPerBundle);
  }

  /** Returns a copy with another limit on wire connections to one service of a peer. */
  public EndpointConfig withConnectionsPerBundle(int connections) {
    return copy(bindAddress, normalTimeout, idleTimeout, busyTimeout, connections);
  }

  /** Returns a copy that offers calls for another time to a peer that answers BUSY. */
  public EndpointConfig withBusyTimeout(Duration timeout) {
    return copy(bindAddress, normalTimeout, idleTimeout, timeout, connectionsPerBundle);
  }

  /** Returns a copy that sends signs of life at another interval, or with zero none. */
  public EndpointConfig withNatKeepAlive(Duration interval) {
    return copy(interval, jumboPackets, diagnosis, tracer);
  }

  /**
   * Returns a copy that sends up to so many DATA packets in a datagram.
   *
   * @throws IllegalArgumentException when an endpoint is opened with it, if that is not 1 to 46
   */
  public EndpointConfig withJumboPackets(int packets) {
    return copy(natKeepAlive, packets, diagnosis, tracer);
  }

  /** Returns a copy that answers other questions of strangers. */
  public EndpointConfig withDiagnosis(Diagnosis questions) {
    return copy(natKeepAlive, jumboPackets, questions, tracer);
  }

  /** Returns a copy that tells {@code watcher} what the endpoint does. */
  public EndpointConfig withTracer(Tracer watcher) {
    return copy(natKeepAlive, jumboPackets, diagnosis, watcher);
  }

  private EndpointConfig copy(
      InetSocketAddress address, Duration normal, Duration idle, Duration busy, int connections) {
    return new EndpointConfig(
        address,
        normal,
        idle,
        busy,
        connections,
        waitingCalls,
        serviceConnections,
        clientExpiry,
        crowdedExpiry,
        crowd,
        serviceExpiry,
        natKeepAlive,
        jumboPackets,
        diagnosis,
        tracer);
  }

  private EndpointConfig copy(Duration interval, int packets, Diagnosis questions, Tracer watcher) {
    return new EndpointConfig(
        bindAddress,
        normalTimeout,
        idleTimeout,
        busyTimeout,
        connectionsPerBundle,
        waitingCalls,
        serviceConnections,
        clientExpiry,
        crowdedExpiry,
        crowd,
        serviceExpiry,
        interval,
        packets,
        questions,
        watcher);
  }
}
