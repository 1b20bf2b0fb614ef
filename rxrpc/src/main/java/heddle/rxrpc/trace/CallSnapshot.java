package heddle.rxrpc.trace;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A call at one moment: all values of a row were true together, but for {@code waiting}.
 *
 * <p>The columns are those of Linux's {@code /proc/net/rxrpc/calls}, and some more.
 *
 * @param call names the call
 * @param userId the user's own name for it; 0 if none
 * @param phase where it is in its life, or was when it ended
 * @param ending how it ended; a client's call that has ended is listed until its user closes it
 * @param opcode the first four bytes of the request, as far as the user sent or read them
 * @param waiting what a thread of the user waits for, or the call for a thread
 * @param sending the packets that this side sends
 * @param receiving the packets that this side gets
 * @param age time since the call began
 * @param timeout time until the call does something by itself: send again, ping, give up
 */
public record CallSnapshot(
    CallIdentity call,
    long userId,
    CallPhase phase,
    Optional<Ending> ending,
    OptionalInt opcode,
    Waiting waiting,
    Sending sending,
    Receiving receiving,
    Duration age,
    Optional<Duration> timeout) {

  /** What a thread of the user waits for in a call, or the call for a thread. */
  public enum Waiting {
    /** Nobody waits. */
    NOBODY,
    /** Service: the call waits for a thread that accepts it. */
    FOR_ACCEPT,
    /** A thread waits for a channel. */
    FOR_CHANNEL,
    /** A thread waits for room in the send window. */
    FOR_ROOM,
    /** A thread waits for something to read. */
    FOR_DATA
  }

  /**
   * The packets that this side sends. Sequence numbers count from 1.
   *
   * @param firstUnacknowledged first sequence number not acknowledged for good
   * @param nextNew first sequence number never sent
   * @param end first sequence number that the user has not filled
   * @param inFlight packets sent that have neither arrived, as far as is known, nor are lost
   * @param lost packets that are to be sent again
   * @param congestionWindow packets that may be in flight
   * @param slowStartThreshold packets from where on the window grows slowly
   * @param dataSent DATA packets sent, each counted once
   * @param dataResent DATA packets sent again
   * @param bytesSent the user's bytes that were sent, each counted once
   */
  public record Sending(
      int firstUnacknowledged,
      int nextNew,
      int end,
      int inFlight,
      int lost,
      int congestionWindow,
      int slowStartThreshold,
      int dataSent,
      int dataResent,
      long bytesSent) {}

  /**
   * The packets that this side gets. Sequence numbers count from 1.
   *
   * @param firstMissing first sequence number that has not arrived
   * @param highest highest sequence number that has; 0 for none
   * @param ahead packets that came before one that is missing
   * @param unread packets that wait for the user to read them
   * @param window packets from {@code firstMissing} on that the peer may send
   * @param lastSerial serial of the packet of this call that came last; 0 for none
   * @param dataReceived DATA packets received, duplicates among them
   * @param duplicates DATA packets that had come before
   * @param bytesReceived bytes of DATA packets, each counted once
   */
  public record Receiving(
      int firstMissing,
      int highest,
      int ahead,
      int unread,
      int window,
      int lastSerial,
      int dataReceived,
      int duplicates,
      long bytesReceived) {}
}
