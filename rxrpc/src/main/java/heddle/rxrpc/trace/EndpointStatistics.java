package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What an endpoint has counted since it was opened. The counters run on while they are read: sums
 * of several may be off by what happened meanwhile.
 *
 * <p>Comparable with Linux's {@code /proc/net/rxrpc/stats} and OpenAFS's {@code rxdebug -rxstats}.
 *
 * @param sent datagrams that were given to the network
 * @param received datagrams that came and were Rx packets
 * @param data DATA packets of calls
 * @param roundTrips measured round trips
 * @param calls calls begun and ended
 * @param connections wire connections made and dropped
 * @param faults what went wrong or was dropped
 * @param batches how often the receive thread woke for datagrams
 */
public record EndpointStatistics(
    Datagrams sent,
    Datagrams received,
    Data data,
    RoundTrips roundTrips,
    Calls calls,
    Connections connections,
    Faults faults,
    long batches) {

  /**
   * Datagrams in one direction.
   *
   * @param count how many
   * @param bytes how long they were together, without UDP's and IP's headers
   * @param byType how many of each packet type, by its name in the protocol; a jumbogram counts
   *     once
   * @param acksByReason how many ACKs of each reason, by its name in the protocol
   */
  public record Datagrams(
      long count, long bytes, Map<String, Long> byType, Map<String, Long> acksByReason) {

    /** Returns how many packets there were of a type, such as {@code ABORT}. */
    public long of(String type) {
      return byType.getOrDefault(type, 0L);
    }

    /** Returns how many ACKs had a reason, such as {@code DUPLICATE}. */
    public long acks(String reason) {
      return acksByReason.getOrDefault(reason, 0L);
    }
  }

  /**
   * DATA packets of calls.
   *
   * @param sent sent, each counted once
   * @param resent sent again
   * @param received received, duplicates among them
   * @param duplicates received that had come before
   * @param bytesSent bytes sent, each counted once
   * @param bytesReceived bytes received, each counted once
   */
  public record Data(
      long sent, long resent, long received, long duplicates, long bytesSent, long bytesReceived) {}

  /**
   * Measured round trips.
   *
   * @param samples how many
   * @param total their sum
   * @param min the shortest; zero before the first
   * @param max the longest; zero before the first
   */
  public record RoundTrips(long samples, Duration total, Duration min, Duration max) {}

  /**
   * Calls.
   *
   * @param clientStarted calls that this endpoint's users made
   * @param serviceStarted calls that came in for this endpoint's services
   * @param clientEnded how those that users made have ended
   * @param serviceEnded how those that came in have ended
   */
  public record Calls(
      long clientStarted,
      long serviceStarted,
      Map<Outcome, Long> clientEnded,
      Map<Outcome, Long> serviceEnded) {

    /** Returns how many calls of both sides ended so. */
    public long ended(Outcome outcome) {
      return clientEnded.getOrDefault(outcome, 0L) + serviceEnded.getOrDefault(outcome, 0L);
    }
  }

  /**
   * Wire connections.
   *
   * @param clientMade made for this endpoint's calls
   * @param clientReaped dropped among those because they were idle
   * @param serviceMade made by peers
   * @param serviceReaped dropped among those because they were idle
   */
  public record Connections(
      long clientMade, long clientReaped, long serviceMade, long serviceReaped) {}

  /**
   * What went wrong or was dropped.
   *
   * @param malformed datagrams that were no Rx packets
   * @param lastMalformedFrom where the last of those came from
   * @param stray packets that belong to no connection here
   * @param late packets of calls that had left their channel
   * @param unsent datagrams that the network did not take
   * @param questionsRefused questions of {@code rxdebug} not answered because there were too many
   * @param unanswered packets not answered with BUSY, ABORT or an acknowledgement of a call that is
   *     over, because there were too many
   */
  public record Faults(
      long malformed,
      Optional<InetSocketAddress> lastMalformedFrom,
      long stray,
      long late,
      long unsent,
      long questionsRefused,
      long unanswered) {}
}
