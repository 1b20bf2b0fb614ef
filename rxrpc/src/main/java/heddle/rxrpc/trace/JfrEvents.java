package heddle.rxrpc.trace;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * The events of the Flight Recorder. Their fields are read by the recorder alone; that they are
 * annotated is how it knows their units.
 */
@SuppressWarnings("unused")
final class JfrEvents {
  private static final String PREFIX = "heddle.rxrpc.";

  private JfrEvents() {}

  @Category({"Heddle", "Rx"})
  @StackTrace(false)
  abstract static class RxEvent extends Event {}

  /** An event that belongs to a call. */
  abstract static class CallEvent extends RxEvent {
    @Label("Call")
    @Description("Counts the calls of the endpoint")
    long call;

    @Label("Side")
    @Nullable String side;

    @Label("Peer")
    @Nullable String peer;

    @Label("Service ID")
    int service;

    void identify(CallIdentity identity) {
      call = identity.id();
      side = identity.side().name();
      peer = EventText.address(identity.peer());
      service = identity.serviceId();
    }
  }

  @Name(PREFIX + "Call")
  @Label("Call")
  @Description("A call from its beginning to its end")
  static final class Call extends CallEvent {
    @Label("Connection ID and Channel")
    @Nullable String cid;

    @Label("Call Number")
    @Unsigned
    int callNumber;

    @Label("Opcode")
    @Description("The first four bytes of the request; -1 if there are less")
    long opcode;

    @Label("Outcome")
    @Nullable String outcome;

    @Label("Abort Code")
    int abortCode;

    @Label("Detail")
    @Nullable String detail;

    @Label("Bytes Sent")
    @DataAmount
    long bytesSent;

    @Label("Bytes Received")
    @DataAmount
    long bytesReceived;

    @Label("Packets Resent")
    int packetsResent;

    void complete(TraceEvent.CallCompleted completed) {
      CallIdentity identity = completed.call();
      identify(identity);
      cid = EventText.hex(identity.cid());
      callNumber = identity.callNumber();
      opcode =
          completed.opcode().isPresent()
              ? Integer.toUnsignedLong(completed.opcode().getAsInt())
              : -1;
      outcome = completed.ending().outcome().name();
      abortCode = completed.ending().abortCode().orElse(0);
      detail = completed.ending().detail();
      bytesSent = completed.bytesSent();
      bytesReceived = completed.bytesReceived();
      packetsResent = completed.packetsResent();
    }
  }

  @Name(PREFIX + "PacketLoss")
  @Label("Packet Loss")
  @Description("DATA packets were found lost and will be sent again")
  static final class PacketLoss extends CallEvent {
    @Label("Packets")
    final int packets;

    @Label("Cause")
    final String cause;

    PacketLoss(TraceEvent.PacketsLost lost) {
      identify(lost.call());
      packets = lost.packets();
      cause = lost.cause().name();
    }
  }

  @Name(PREFIX + "AckDecision")
  @Label("ACK Decision")
  @Description("An acknowledgement was sent, or put off")
  static final class AckDecision extends CallEvent {
    @Label("Reason")
    @Description("In the packet")
    final String reason;

    @Label("Cause")
    final String cause;

    @Label("Quoted Serial")
    @Unsigned
    final int quotedSerial;

    @Label("First Missing Packet")
    @Unsigned
    final int firstMissing;

    @Label("Window")
    @Description("Packets that the peer may send")
    final int window;

    AckDecision(TraceEvent.AckDecided decided) {
      identify(decided.call());
      reason = decided.reason();
      cause = decided.cause().name();
      quotedSerial = decided.quotedSerial();
      firstMissing = decided.firstMissing();
      window = decided.window();
    }
  }

  @Name(PREFIX + "RoundTrip")
  @Label("Round Trip")
  static final class RoundTrip extends CallEvent {
    @Label("Sample")
    @Timespan
    final long sample;

    @Label("Smoothed")
    @Timespan
    final long smoothed;

    @Label("Variation")
    @Timespan
    final long variation;

    RoundTrip(TraceEvent.RttSampled sampled) {
      identify(sampled.call());
      sample = sampled.sampleNanos();
      smoothed = sampled.smoothedNanos();
      variation = sampled.variationNanos();
    }
  }

  @Name(PREFIX + "CongestionWindow")
  @Label("Congestion Window")
  static final class CongestionWindow extends CallEvent {
    @Label("Packets")
    final int packets;

    @Label("Slow Start Threshold")
    final int slowStartThreshold;

    @Label("Cause")
    final String cause;

    CongestionWindow(TraceEvent.WindowChanged changed) {
      identify(changed.call());
      packets = changed.packets();
      slowStartThreshold = changed.slowStartThreshold();
      cause = changed.cause().name();
    }
  }

  @Name(PREFIX + "ConnectionOpened")
  @Label("Connection Opened")
  static final class ConnectionOpened extends RxEvent {
    @Label("Side")
    final String side;

    @Label("Peer")
    final String peer;

    @Label("Service ID")
    final int service;

    @Label("Epoch")
    final String epoch;

    @Label("Connection ID")
    final String connectionId;

    ConnectionOpened(TraceEvent.ConnectionOpened opened) {
      side = opened.side().name();
      peer = EventText.address(opened.peer());
      service = opened.serviceId();
      epoch = EventText.hex(opened.epoch());
      connectionId = EventText.hex(opened.connectionId());
    }
  }

  @Name(PREFIX + "ConnectionReaped")
  @Label("Connection Reaped")
  @Description("A connection was dropped because nobody had used it for long")
  static final class ConnectionReaped extends RxEvent {
    @Label("Side")
    final String side;

    @Label("Peer")
    final String peer;

    @Label("Connection ID")
    final String connectionId;

    @Label("Idle")
    @Timespan
    final long idle;

    ConnectionReaped(TraceEvent.ConnectionReaped reaped) {
      side = reaped.side().name();
      peer = EventText.address(reaped.peer());
      connectionId = EventText.hex(reaped.connectionId());
      idle = reaped.idleNanos();
    }
  }

  @Name(PREFIX + "ReceiveBatch")
  @Label("Receive Batch")
  @Description("Datagrams that arrived together, from their receipt to the end of their handling")
  static final class ReceiveBatch extends RxEvent {
    @Label("Datagrams")
    final int datagrams;

    @Label("Bytes")
    @DataAmount
    final int bytes;

    @Label("Processing")
    @Timespan
    final long processing;

    ReceiveBatch(TraceEvent.BatchProcessed batch) {
      datagrams = batch.datagrams();
      bytes = batch.bytes();
      processing = batch.processingNanos();
    }
  }

  @Name(PREFIX + "Peer")
  @Label("Peer")
  @Description("What is known of a peer")
  @Period("10 s")
  static final class Peer extends RxEvent {
    @Label("Address")
    final String address;

    @Label("Smoothed Round Trip")
    @Timespan
    final long smoothedRtt;

    @Label("Resend Time-out")
    @Timespan
    final long resendTimeout;

    @Label("Packet Size")
    @DataAmount
    final int packetBytes;

    @Label("Slow Start Threshold")
    final int slowStartThreshold;

    @Label("Packets Sent")
    final long dataSent;

    @Label("Packets Resent")
    final long dataResent;

    @Label("Bytes Sent")
    @DataAmount
    final long bytesSent;

    @Label("Bytes Received")
    @DataAmount
    final long bytesReceived;

    Peer(PeerSnapshot peer) {
      address = EventText.address(peer.address());
      smoothedRtt = peer.smoothedRtt().toNanos();
      resendTimeout = peer.resendTimeout().toNanos();
      packetBytes = peer.packetBytes();
      slowStartThreshold = peer.slowStartThreshold();
      dataSent = peer.dataSent();
      dataResent = peer.dataResent();
      bytesSent = peer.bytesSent();
      bytesReceived = peer.bytesReceived();
    }
  }
}
