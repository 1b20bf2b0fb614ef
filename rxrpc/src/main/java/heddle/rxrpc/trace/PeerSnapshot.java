package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A peer at one moment. Calls change its values independently of each other: each is true, but
 * perhaps not of the same microsecond.
 *
 * <p>The columns are those of Linux's {@code /proc/net/rxrpc/peers}, and the counters of OpenAFS's
 * {@code rxdebug -peers}.
 *
 * @param address its UDP address
 * @param packetBytes UDP payload of the largest DATA packet sent to it
 * @param slowStartThreshold packets from where on the window grew slowly in the call that lost
 *     packets last
 * @param smoothedRtt smoothed round-trip time; zero before the first sample
 * @param rttVariation smoothed deviation of the round-trip time
 * @param resendTimeout retransmission time-out of a new call
 * @param sinceLastSent time since something was sent there; empty if nothing ever was
 * @param dataSent DATA packets sent, each counted once
 * @param dataResent DATA packets sent again
 * @param bytesSent bytes of those DATA packets, each counted once
 * @param bytesReceived bytes of DATA packets from it, each counted once
 */
public record PeerSnapshot(
    InetSocketAddress address,
    int packetBytes,
    int slowStartThreshold,
    Duration smoothedRtt,
    Duration rttVariation,
    Duration resendTimeout,
    Optional<Duration> sinceLastSent,
    long dataSent,
    long dataResent,
    long bytesSent,
    long bytesReceived) {}
