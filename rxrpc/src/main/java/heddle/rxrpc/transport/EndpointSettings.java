package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.trace.Diagnosis;

/**
 * What an endpoint obeys.
 *
 * @param connectionsPerBundle most wire connections to one service of one peer
 * @param waitingCalls most calls that wait for a channel
 * @param serviceConnections most connections that peers may have here
 * @param natKeepAliveNanos how long nothing is sent to a server before it is sent a sign of life; 0
 *     is for ever
 * @param diagnosis which questions of strangers are answered
 * @param version what we say that we are, in at most 64 characters
 * @param receiveBudgetBytes memory for packets that wait for their readers
 */
public record EndpointSettings(
    Limits limits,
    int connectionsPerBundle,
    int waitingCalls,
    int serviceConnections,
    Expiry expiry,
    long natKeepAliveNanos,
    Diagnosis diagnosis,
    String version,
    long receiveBudgetBytes) {
  static final long DEFAULT_RECEIVE_BUDGET = 64 << 20;

  /** Returns a copy with other memory for packets that wait for their readers. */
  EndpointSettings withReceiveBudget(long bytes) {
    return with(limits, bytes);
  }

  /** Returns a copy that sends and asks for large packets. */
  EndpointSettings withLargePackets() {
    return with(limits.withLargePackets(), receiveBudgetBytes);
  }

  private EndpointSettings with(Limits newLimits, long newReceiveBudgetBytes) {
    return new EndpointSettings(
        newLimits,
        connectionsPerBundle,
        waitingCalls,
        serviceConnections,
        expiry,
        natKeepAliveNanos,
        diagnosis,
        version,
        newReceiveBudgetBytes);
  }

  /** Settings of an endpoint that speaks only of calls. */
  public EndpointSettings(
      Limits limits,
      int connectionsPerBundle,
      int waitingCalls,
      int serviceConnections,
      Expiry expiry) {
    this(
        limits,
        connectionsPerBundle,
        waitingCalls,
        serviceConnections,
        expiry,
        0,
        Diagnosis.NONE,
        "",
        DEFAULT_RECEIVE_BUDGET);
  }

  /**
   * How long connections may be idle, in nanoseconds.
   *
   * @param clientNanos for a client's connection
   * @param crowdedNanos the same where there are more than {@code crowd} of them
   * @param serviceNanos for a service's connection
   */
  public record Expiry(long clientNanos, long crowdedNanos, int crowd, long serviceNanos) {}
}
