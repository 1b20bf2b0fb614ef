package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A wire connection at one moment. Each channel's row is consistent in itself.
 *
 * <p>The columns are those of Linux's {@code /proc/net/rxrpc/conns}, and some more.
 *
 * @param side whether this endpoint made it
 * @param peer the other side's UDP address
 * @param serviceId what it is to
 * @param epoch the client's epoch
 * @param connectionId as on the wire; the two channel bits are 0
 * @param securityIndex the security class, as the protocol numbers them
 * @param lastSerialSent serial of the packet sent last; for a connection that has sent nothing, one
 *     less than its first will be
 * @param highestSerialReceived highest serial received; 0 for none
 * @param uses how many hold it; the table of connections is one of them
 * @param waitingCalls client: calls that wait for a channel of this or of another connection to the
 *     service
 * @param packetBytes UDP payload of the largest DATA packet sent to the peer
 * @param idle time since a call began or ended
 * @param channels the four channels in order
 */
public record ConnectionSnapshot(
    Side side,
    InetSocketAddress peer,
    int serviceId,
    int epoch,
    int connectionId,
    int securityIndex,
    int lastSerialSent,
    int highestSerialReceived,
    int uses,
    int waitingCalls,
    int packetBytes,
    Duration idle,
    List<Channel> channels) {

  /** Returns whether a call is under way on any channel. */
  public boolean active() {
    return channels.stream().anyMatch(channel -> channel.call().isPresent());
  }

  /**
   * One of the four channels.
   *
   * @param callNumber number of the call that it has, or had last; 0 before the first
   * @param call the call that is under way
   * @param last how the call before that ended; empty before the end of the first
   */
  public record Channel(int callNumber, Optional<CallSnapshot> call, Optional<Ending> last) {}
}
