package heddle.rxrpc;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What an endpoint knew of a peer at one moment.
 *
 * @param address the peer's UDP address
 * @param smoothedRtt smoothed round-trip time; zero before the first sample
 * @param packetBytes greatest UDP payload sent to the peer, in bytes
 */
public record PeerInfo(InetSocketAddress address, Duration smoothedRtt, int packetBytes) {}
