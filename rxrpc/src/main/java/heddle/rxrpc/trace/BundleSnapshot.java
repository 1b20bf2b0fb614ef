package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * The connections that share one client's calls to one service of one peer, at one moment.
 *
 * <p>The columns are those of Linux's {@code /proc/net/rxrpc/bundles}.
 *
 * @param peer the service's UDP address
 * @param serviceId what they are to
 * @param security the security class, in words
 * @param uses how many hold it: the cache, each open handle and each call
 * @param waitingCalls calls that wait for a channel
 * @param connectionIds the wire connections, by their IDs
 */
public record BundleSnapshot(
    InetSocketAddress peer,
    int serviceId,
    String security,
    int uses,
    int waitingCalls,
    List<Integer> connectionIds) {}
