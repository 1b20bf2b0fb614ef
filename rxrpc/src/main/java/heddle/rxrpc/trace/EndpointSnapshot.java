package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * An endpoint at one moment. Every row is consistent in itself; between two rows time passes, so a
 * call may be in the list of calls and no longer on its connection.
 *
 * @param localAddress the address that the socket is bound to
 * @param epoch the epoch of its client connections
 * @param calls client calls until their users close them, service calls until they end
 * @param connections wire connections, of clients and services
 * @param bundles what client connections belong to
 * @param peers peers of calls and connections
 * @param services hosted services
 * @param statistics counters
 */
public record EndpointSnapshot(
    InetSocketAddress localAddress,
    int epoch,
    List<CallSnapshot> calls,
    List<ConnectionSnapshot> connections,
    List<BundleSnapshot> bundles,
    List<PeerSnapshot> peers,
    List<ServiceSnapshot> services,
    EndpointStatistics statistics) {

  /** Returns the snapshot as tables, with the columns of Linux's {@code /proc/net/rxrpc}. */
  @Override
  public String toString() {
    return SnapshotText.of(this);
  }
}
