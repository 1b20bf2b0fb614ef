package heddle.rxrpc.trace;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * Something that an endpoint did or that happened to it. Times are nanoseconds on the endpoint's
 * clock, of which only differences mean something.
 */
public sealed interface TraceEvent {

  /** What events a {@link Tracer} may ask for; each kind that nobody wants costs nothing. */
  enum Kind {
    /** {@link CallStarted}, {@link CallAttached}, {@link CallCompleted}: three a call. */
    CALL,
    /** {@link PacketSeen}: one a datagram. */
    PACKET,
    /** {@link PacketsLost}. */
    LOSS,
    /** {@link AckDecided}: one for each acknowledgement sent or put off. */
    ACK,
    /** {@link RttSampled}: one for each round trip measured. */
    RTT,
    /** {@link WindowChanged}. */
    CONGESTION,
    /** {@link ConnectionOpened}, {@link ConnectionReaped}. */
    CONNECTION,
    /** {@link BatchProcessed}: one for each time the receive thread woke. */
    BATCH;

    /** Returns the bit that stands for this kind in a set of them. */
    public int bit() {
      return 1 << ordinal();
    }
  }

  /** Returns the kind of the event. */
  Kind kind();

  /** Returns when it happened, on the endpoint's clock. */
  long nanos();

  /**
   * A call began: at a client when the user made it, at a service with its first packet.
   *
   * @param call names the call; a client's has no connection yet
   */
  record CallStarted(long nanos, CallIdentity call) implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CALL;
    }

    @Override
    public String toString() {
      return call + " started";
    }
  }

  /**
   * A client's call got a channel.
   *
   * @param waitedNanos how long it had waited
   */
  record CallAttached(long nanos, CallIdentity call, long waitedNanos) implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CALL;
    }

    @Override
    public String toString() {
      return call + " has a channel after " + EventText.millis(waitedNanos);
    }
  }

  /**
   * A call ended; once for each call that started.
   *
   * @param opcode the first four bytes of the request, which in AFS say what is asked for; empty if
   *     the user sent or read less
   * @param ending how it ended
   * @param bytesSent bytes of the user's that were sent, each counted once
   * @param bytesReceived bytes of the peer's user that arrived, each counted once
   * @param packetsResent DATA packets that were sent again
   * @param durationNanos time since the start
   */
  record CallCompleted(
      long nanos,
      CallIdentity call,
      OptionalInt opcode,
      Ending ending,
      long bytesSent,
      long bytesReceived,
      int packetsResent,
      long durationNanos)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CALL;
    }

    /**
     * Returns one line for a log: {@code C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3 opcode 132: ok,
     * 60 bytes sent, 148 received, 1.234 ms}.
     */
    @Override
    public String toString() {
      String asked = opcode.isPresent() ? " opcode " + EventText.unsigned(opcode.getAsInt()) : "";
      String resent = packetsResent > 0 ? ", " + packetsResent + " packets resent" : "";
      return call
          + asked
          + ": "
          + ending
          + ", "
          + bytesSent
          + " bytes sent, "
          + bytesReceived
          + " received"
          + resent
          + ", "
          + EventText.millis(durationNanos);
    }
  }

  /**
   * A datagram is about to be sent, or was received and nothing was done with it yet.
   *
   * @param local the endpoint's own address; a wildcard where it is bound to one
   * @param peer where it goes to or came from
   * @param datagram the bytes between position and limit, in big-endian order; to be left as they
   *     are, and gone when {@link Tracer#trace} returns
   */
  record PacketSeen(
      long nanos,
      PacketLog.Direction direction,
      InetSocketAddress local,
      InetSocketAddress peer,
      ByteBuffer datagram)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.PACKET;
    }

    @Override
    public String toString() {
      return EventText.address(peer)
          + " "
          + PacketLog.lines(direction, datagram)
              .replace("\n", "\n" + EventText.address(peer) + " ");
    }
  }

  /**
   * DATA packets were found lost and will be sent again.
   *
   * @param packets how many
   * @param cause what gave them away
   */
  record PacketsLost(long nanos, CallIdentity call, int packets, LossCause cause)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.LOSS;
    }

    @Override
    public String toString() {
      return call + " lost " + packets + " packets: " + EventText.words(cause);
    }
  }

  /** What gave lost packets away. */
  enum LossCause {
    /** Later ones have arrived, longer ago than reordering explains. */
    OVERTAKEN,
    /** Nothing came back before the retransmission time-out. */
    TIME_OUT
  }

  /**
   * An acknowledgement was sent, or put off.
   *
   * @param reason reason in the packet, by its name in the protocol, such as {@code DELAY}
   * @param cause why it was sent now, or that it was put off
   * @param quotedSerial serial of the packet that it quotes; 0 for none
   * @param firstMissing the first sequence number that has not arrived
   * @param window packets from there on that the peer may send
   */
  record AckDecided(
      long nanos,
      CallIdentity call,
      String reason,
      AckCause cause,
      int quotedSerial,
      int firstMissing,
      int window)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.ACK;
    }

    @Override
    public String toString() {
      return call
          + (cause == AckCause.PUT_OFF ? " puts off ACK " : " sends ACK ")
          + reason
          + (cause == AckCause.PUT_OFF ? "" : ": " + EventText.words(cause))
          + ", quotes "
          + EventText.unsigned(quotedSerial)
          + ", first missing "
          + EventText.unsigned(firstMissing)
          + ", window "
          + window;
    }
  }

  /** Why an acknowledgement goes out, or does not. */
  enum AckCause {
    /** Not now: more packets may come, which one acknowledgement will do for. */
    PUT_OFF,
    /** It was put off for as long as allowed. */
    DELAY_OVER,
    /** As many packets came in order as one acknowledgement is wanted for. */
    ENOUGH_PACKETS,
    /** A packet came that had come before. */
    DUPLICATE,
    /** A packet came before one that is missing. */
    GAP,
    /** A packet came for which there is no room. */
    BEYOND_WINDOW,
    /** The peer asked for it. */
    REQUESTED,
    /** The peer asked whether we are there. */
    PING,
    /** The last packet of the phase came. */
    LAST_PACKET,
    /** The reader made room after the peer was told that there is little. */
    WINDOW_OPENED,
    /** We ask whether the client can be reached at the address that it claims. */
    ADDRESS_UNPROVEN,
    /** We ask whether the peer is there. */
    PEER_SILENT,
    /** We ask whether a datagram of this size gets there whole. */
    PATH_PROBE
  }

  /**
   * A round trip was measured.
   *
   * @param sampleNanos this one
   * @param smoothedNanos smoothed value after it
   * @param variationNanos smoothed deviation after it
   */
  record RttSampled(
      long nanos, CallIdentity call, long sampleNanos, long smoothedNanos, long variationNanos)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.RTT;
    }

    @Override
    public String toString() {
      return call
          + " round trip "
          + EventText.millis(sampleNanos)
          + ", smoothed "
          + EventText.millis(smoothedNanos)
          + ", variation "
          + EventText.millis(variationNanos);
    }
  }

  /**
   * The congestion window changed.
   *
   * @param packets the window, in packets
   * @param slowStartThreshold where growth becomes slow, in packets
   */
  record WindowChanged(
      long nanos, CallIdentity call, WindowCause cause, int packets, int slowStartThreshold)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CONGESTION;
    }

    @Override
    public String toString() {
      return call
          + " congestion window "
          + packets
          + ", slow start up to "
          + slowStartThreshold
          + ": "
          + EventText.words(cause);
    }
  }

  /** Why a congestion window changed. */
  enum WindowCause {
    /** Packets arrived while the window was in use. */
    ACKNOWLEDGED,
    /** Packets were found lost. */
    LOSS,
    /** Nothing came back before the retransmission time-out. */
    TIME_OUT
  }

  /**
   * A wire connection was made.
   *
   * @param epoch the client's epoch
   * @param connectionId as on the wire, channel bits 0
   */
  record ConnectionOpened(
      long nanos, Side side, InetSocketAddress peer, int serviceId, int epoch, int connectionId)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CONNECTION;
    }

    @Override
    public String toString() {
      return EventText.words(side)
          + " connection "
          + EventText.hex(epoch)
          + ":"
          + EventText.hex(connectionId)
          + " with "
          + EventText.address(peer)
          + " service "
          + serviceId
          + " opened";
    }
  }

  /**
   * A wire connection was dropped because nobody had used it for long.
   *
   * @param idleNanos for how long
   */
  record ConnectionReaped(
      long nanos, Side side, InetSocketAddress peer, int connectionId, long idleNanos)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.CONNECTION;
    }

    @Override
    public String toString() {
      return EventText.words(side)
          + " connection "
          + EventText.hex(connectionId)
          + " with "
          + EventText.address(peer)
          + " dropped, idle for "
          + EventText.millis(idleNanos);
    }
  }

  /**
   * The receive thread has handled what arrived together: every packet taken, every answer sent,
   * every user woken.
   *
   * @param nanos when it was received
   * @param datagrams how many there were
   * @param bytes how long they were together
   * @param processingNanos from the receipt to the end
   */
  record BatchProcessed(long nanos, int datagrams, int bytes, long processingNanos)
      implements TraceEvent {
    @Override
    public Kind kind() {
      return Kind.BATCH;
    }

    @Override
    public String toString() {
      return datagrams
          + " datagrams, "
          + bytes
          + " bytes handled in "
          + EventText.millis(processingNanos);
    }
  }
}
