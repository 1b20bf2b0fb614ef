package heddle.rxrpc;

import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.trace.Tracer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Limits and time-outs of an endpoint; immutable, each {@code with} method returns a changed copy.
 *
 * <table>
 * <caption>Defaults</caption>
 * <tr><th>what</th><th>default</th></tr>
 * <tr><td>peer silent during a call</td><td>20 s</td></tr>
 * <tr><td>peer without progress during a call</td><td>60 s</td></tr>
 * <tr><td>call offered to a peer that answers BUSY</td><td>5 s</td></tr>
 * <tr><td>calls that wait for a channel</td><td>10,000</td></tr>
 * <tr><td>whole call</td><td>no limit; {@link CallOptions#hardTimeout()}</td></tr>
 * <tr><td>idle client connection</td><td>120 s; 2 s where there are more than 900</td></tr>
 * <tr><td>idle service connection</td><td>10 min</td></tr>
 * <tr><td>sign of life to a server, for NATs</td><td>20 s</td></tr>
 * <tr><td>packets in a datagram, where the path carries it</td><td>46</td></tr>
 * <tr><td>packets that wait for their readers, all calls together</td><td>64 MiB</td></tr>
 * </table>
 *
 * @param bindAddress local address and port; port 0 takes any free one
 * @param normalTimeout how long a peer may send nothing at all during a call; zero is for ever.
 *     Time in which this process was stopped does not count, here and for {@code idleTimeout}
 * @param idleTimeout how long a peer may answer pings without making progress; zero is for ever
 * @param busyTimeout how long a call is offered again and again to a peer that answers BUSY; zero
 *     fails it at the first
 * @param connectionsPerBundle most wire connections, of four channels each, to one service of a
 *     peer
 * @param waitingCalls most calls that wait for a channel; one more fails with {@link
 *     TooManyCallsException}
 * @param serviceConnections most wire connections that clients may have to this endpoint's services
 * @param clientExpiry how long a client's wire connection may be idle
 * @param crowdedExpiry the same where there are more than {@code crowd} of them
 * @param crowd how many client connections are a crowd
 * @param serviceExpiry how long a service's wire connection may be idle
 * @param natKeepAlive how long nothing is sent to a server to which there is a wire connection,
 *     before it is sent a packet that keeps a NAT open; zero is for ever
 * @param jumboPackets most DATA packets in a datagram, 1 to 46, where the peer takes as many and
 *     the path has been found to carry datagrams that large whole, as loopback and networks with
 *     jumbo frames do; 1 sends each alone and asks the peer to do the same. Jumbograms are
 *     understood in any case. With 6 or more, endpoints of this library send each other DATA
 *     packets of 8 KiB instead, with 12 or more of 16 KiB, where the kernel segments datagrams and
 *     the socket's buffer is large enough
 * @param receiveBudgetBytes memory for packets that have come and that nobody has read yet, of all
 *     calls together. Where it runs short the windows that peers are told shrink; each call gets on
 *     as its reader reads
 * @param diagnosis which questions of strangers are answered, such as those of {@code rxdebug}
 * @param leastLevel least protection of the calls that are made: with a level, {@link
 *     Endpoint#connect} refuses whatever is not rxkad at that level or above. What services demand
 *     of their callers is said with each of them
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
    long receiveBudgetBytes,
    Diagnosis diagnosis,
    Optional<RxkadLevel> leastLevel,
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
          46,
          64 << 20,
          Diagnosis.ALL,
          Optional.empty(),
          Tracer.NONE);

  public EndpointConfig {
    positive(connectionsPerBundle, "connections per bundle");
    positive(serviceConnections, "service connections");
    positive(jumboPackets, "packets in a jumbogram");
    if (receiveBudgetBytes < 0) {
      throw new IllegalArgumentException("the receive budget is 0 or more");
    }
    if (waitingCalls < 0) {
      throw new IllegalArgumentException("waiting calls are 0 or more, not " + waitingCalls);
    }
  }

  private static void positive(int limit, String name) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + " must be 1 or more, not " + limit);
    }
  }

  /** Returns a copy that binds to another address or port. */
  public EndpointConfig withBindAddress(InetSocketAddress address) {
    return with(fields -> fields.bindAddress = address);
  }

  /** Returns a copy with another limit on silence. */
  public EndpointConfig withNormalTimeout(Duration timeout) {
    return with(fields -> fields.normalTimeout = timeout);
  }

  /** Returns a copy with another limit on time without progress. */
  public EndpointConfig withIdleTimeout(Duration timeout) {
    return with(fields -> fields.idleTimeout = timeout);
  }

  /** Returns a copy that offers calls for another time to a peer that answers BUSY. */
  public EndpointConfig withBusyTimeout(Duration timeout) {
    return with(fields -> fields.busyTimeout = timeout);
  }

  /** Returns a copy with another limit on wire connections to one service of a peer. */
  public EndpointConfig withConnectionsPerBundle(int connections) {
    return with(fields -> fields.connectionsPerBundle = connections);
  }

  /** Returns a copy with another limit on calls that wait for a channel. */
  public EndpointConfig withWaitingCalls(int calls) {
    return with(fields -> fields.waitingCalls = calls);
  }

  /** Returns a copy with another limit on connections of clients. */
  public EndpointConfig withServiceConnections(int connections) {
    return with(fields -> fields.serviceConnections = connections);
  }

  /** Returns a copy that keeps a client's wire connection for another time. */
  public EndpointConfig withClientExpiry(Duration idle) {
    return with(fields -> fields.clientExpiry = idle);
  }

  /** Returns a copy that keeps a service's wire connection for another time. */
  public EndpointConfig withServiceExpiry(Duration idle) {
    return with(fields -> fields.serviceExpiry = idle);
  }

  /** Returns a copy that sends signs of life at another interval, or with zero none. */
  public EndpointConfig withNatKeepAlive(Duration interval) {
    return with(fields -> fields.natKeepAlive = interval);
  }

  /**
   * Returns a copy that sends up to so many DATA packets in a datagram.
   *
   * @throws IllegalArgumentException when an endpoint is opened with it, if that is not 1 to 46
   */
  public EndpointConfig withJumboPackets(int packets) {
    return with(fields -> fields.jumboPackets = packets);
  }

  /** Returns a copy with other memory for packets that wait for their readers. */
  public EndpointConfig withReceiveBudget(long bytes) {
    return with(fields -> fields.receiveBudgetBytes = bytes);
  }

  /** Returns a copy that answers other questions of strangers. */
  public EndpointConfig withDiagnosis(Diagnosis questions) {
    return with(fields -> fields.diagnosis = questions);
  }

  /** Returns a copy that makes no calls but with rxkad at this level or above. */
  public EndpointConfig withLeastLevel(RxkadLevel level) {
    return with(fields -> fields.leastLevel = Optional.of(level));
  }

  /** Returns a copy that tells {@code watcher} what the endpoint does. */
  public EndpointConfig withTracer(Tracer watcher) {
    return with(fields -> fields.tracer = watcher);
  }

  /**
   * Returns a copy in which more than {@code connections} client connections are a crowd, each of
   * which is then kept for {@code idle} only.
   */
  public EndpointConfig withCrowd(int connections, Duration idle) {
    return with(
        fields -> {
          fields.crowd = connections;
          fields.crowdedExpiry = idle;
        });
  }

  private EndpointConfig with(Consumer<Fields> change) {
    Fields fields = new Fields(this);
    change.accept(fields);
    return fields.toConfig();
  }

  /** The same as something that can be changed. */
  private static final class Fields {
    InetSocketAddress bindAddress;
    Duration normalTimeout;
    Duration idleTimeout;
    Duration busyTimeout;
    int connectionsPerBundle;
    int waitingCalls;
    int serviceConnections;
    Duration clientExpiry;
    Duration crowdedExpiry;
    int crowd;
    Duration serviceExpiry;
    Duration natKeepAlive;
    int jumboPackets;
    long receiveBudgetBytes;
    Diagnosis diagnosis;
    Optional<RxkadLevel> leastLevel;
    Tracer tracer;

    Fields(EndpointConfig config) {
      bindAddress = config.bindAddress;
      normalTimeout = config.normalTimeout;
      idleTimeout = config.idleTimeout;
      busyTimeout = config.busyTimeout;
      connectionsPerBundle = config.connectionsPerBundle;
      waitingCalls = config.waitingCalls;
      serviceConnections = config.serviceConnections;
      clientExpiry = config.clientExpiry;
      crowdedExpiry = config.crowdedExpiry;
      crowd = config.crowd;
      serviceExpiry = config.serviceExpiry;
      natKeepAlive = config.natKeepAlive;
      jumboPackets = config.jumboPackets;
      receiveBudgetBytes = config.receiveBudgetBytes;
      diagnosis = config.diagnosis;
      leastLevel = config.leastLevel;
      tracer = config.tracer;
    }

    EndpointConfig toConfig() {
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
          natKeepAlive,
          jumboPackets,
          receiveBudgetBytes,
          diagnosis,
          leastLevel,
          tracer);
    }
  }
}
