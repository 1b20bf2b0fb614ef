package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.CallState.Event.Step;
import heddle.rxrpc.protocol.CallState.Phase;
import heddle.rxrpc.trace.TraceEvent.AckCause;
import heddle.rxrpc.trace.TraceEvent.WindowCause;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckAllPacket;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.BusyPacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;

/**
 * What each incoming packet means for a call.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; Linux net/rxrpc input.c (behaviour).
 */
final class CallInput {
  private static final int MIN_PACKET_BYTES = 576 - 28; // IPv4's least, its and UDP's headers taken

  private final CallMachine call;
  private long pingSentNanos;
  private int pingSerial; // 0: none is out
  private int lastAckSerial;
  private int lastSerial; // of any packet
  private boolean anyAck;

  CallInput(CallMachine call) {
    this.call = call;
  }

  void handle(long nowNanos, Packet packet) {
    lastSerial = packet.header().serial();
    switch (packet) {
      case DataPacket data -> onData(nowNanos, data);
      case AckPacket ack -> onAck(nowNanos, ack);
      case AckAllPacket all -> onAckAll(nowNanos);
      case AbortPacket abort -> call.complete(new Completion.RemotelyAborted(abort.code()));
      case BusyPacket busy -> onBusy(nowNanos);
      default -> {
        // connection-level packets never come here, and unknown ones mean nothing to a call
      }
    }
  }

  private void onData(long nowNanos, DataPacket packet) {
    call.offer.taken();
    switch (call.state()) {
      case Phase.SENDING_REQUEST -> {
        call.abort(RxCode.PROTOCOL_ERROR, AbortReason.EARLY_REPLY);
        return;
      }
      case Phase.AWAITING_REPLY -> {
        if (!call.send.allSent()) {
          call.abort(RxCode.PROTOCOL_ERROR, AbortReason.EARLY_REPLY);
          return;
        }
        call.send.acknowledgeAll(); // a reply says that the whole request is there
        call.hole.progressed();
        call.loss.arm(nowNanos);
        call.apply(Step.REPLY_RECEIVED);
      }
      default -> {}
    }
    take(nowNanos, packet);
  }

  private void take(long nowNanos, DataPacket packet) {
    PacketHeader header = packet.header();
    ReceiveWindow.Outcome outcome = call.receive.accept(packet);
    switch (outcome) {
      case IN_ORDER, AHEAD_OF_GAP -> call.fresh.received(packet.length());
      case DUPLICATE -> call.fresh.receivedDuplicate();
      default -> call.fresh.received(0); // thrown away
    }
    switch (outcome) {
      case IN_ORDER -> {
        call.silence.progressed(nowNanos);
        if (call.acks.proposeLater(nowNanos, header.serial())) {
          call.trace.acknowledged(
              nowNanos, AckReason.DELAY, AckCause.PUT_OFF, header.serial(), call.receive);
        }
        if (call.receive.complete()) {
          onPhaseReceived(header);
        }
      }
      case AHEAD_OF_GAP -> {
        call.silence.progressed(nowNanos);
        call.acks.proposeNow(AckReason.OUT_OF_SEQUENCE, header.serial());
      }
      case DUPLICATE -> call.acks.proposeNow(AckReason.DUPLICATE, header.serial());
      case BEYOND_WINDOW -> call.acks.proposeNow(AckReason.EXCEEDS_WINDOW, header.serial());
      case BEYOND_LAST -> call.abort(RxCode.PROTOCOL_ERROR, AbortReason.DATA_BEYOND_LAST);
      case LAST_MOVED -> call.abort(RxCode.PROTOCOL_ERROR, AbortReason.LAST_PACKET_MOVED);
      case LAST_TOO_EARLY -> call.abort(RxCode.PROTOCOL_ERROR, AbortReason.LAST_PACKET_TOO_EARLY);
    }
    if (header.has(PacketFlags.REQUEST_ACK)) {
      call.acks.proposeNow(AckReason.REQUESTED, header.serial());
    }
  }

  private void onPhaseReceived(PacketHeader header) {
    boolean only = header.seq() == 1 && call.acks.mayLeaveFinalToChannel();
    if (call.role == Role.CLIENT && !only) {
      call.acks.proposeFinal(header.serial());
    }
    call.apply(Step.LAST_PACKET_RECEIVED);
  }

  private void onAck(long nowNanos, AckPacket ack) {
    if (!call.send.covers(ack)) {
      return; // speaks of packets never sent: forged, or another call's
    }
    if (ack.reason() == AckReason.PING_RESPONSE
        && pingSerial == ack.ackedSerial()
        && pingSerial != 0) {
      call.sampleRtt(nowNanos, nowNanos - pingSentNanos);
      call.peer().prove(nowNanos);
      pingSerial = 0;
    }
    if (ack.reason() == AckReason.PING_RESPONSE) {
      call.probe.answered(nowNanos, ack.ackedSerial());
    }
    if (ack.reason() == AckReason.PING) {
      call.acks.proposeNow(AckReason.PING_RESPONSE, ack.header().serial());
    } else if (ack.header().has(PacketFlags.REQUEST_ACK)) {
      call.acks.proposeNow(AckReason.REQUESTED, ack.header().serial());
    }
    if (isStale(ack)) {
      return;
    }
    takeTrailer(nowNanos, ack);
    boolean windowWasUsed = call.send.inFlight() >= call.congestion.window() / 2;
    AckOutcome outcome = call.send.apply(nowNanos, ack, call.rtt.minNanos());
    if (outcome.rttNanos() >= 0) {
      call.sampleRtt(nowNanos, outcome.rttNanos());
      call.peer().prove(nowNanos);
    }
    if (outcome.newlyArrived() > 0) {
      call.silence.progressed(nowNanos);
      call.hole.progressed();
      call.peer().path().carried(nowNanos, outcome.longest() + PacketHeader.LENGTH);
      if (windowWasUsed) {
        int before = call.congestion.window();
        call.congestion.onAcknowledged(outcome.newlyArrived());
        call.trace.window(nowNanos, before, call.congestion, WindowCause.ACKNOWLEDGED);
      }
    }
    if (ack.reason() == AckReason.PING_RESPONSE) {
      call.hole.answered(ack.ackedSerial());
    }
    if (ack.reason() == AckReason.DUPLICATE) {
      call.loss.onNeedlessResend(nowNanos, ack.ackedSerial());
    }
    call.onLoss(nowNanos, call.loss.onAck(nowNanos, outcome));
    if (call.send.allAcknowledged()) {
      call.loss.arm(nowNanos);
      call.apply(Step.ALL_ACKNOWLEDGED);
    }
  }

  /** An older acknowledgement must not undo a newer one's soft part. */
  private boolean isStale(AckPacket ack) {
    int serial = ack.header().serial();
    if (anyAck && serial - lastAckSerial < 0) {
      return ack.firstPacket() - call.send.base() <= 0;
    }
    anyAck = true;
    call.offer.taken();
    lastAckSerial = serial;
    return false;
  }

  private void takeTrailer(long nowNanos, AckPacket ack) {
    boolean windowGiven = ack.trailer().receiveWindow() > 0 || ack.trailer().jumboMax() > 0;
    if (windowGiven) {
      call.send.peerWindow(ack.trailer().receiveWindow()); // 0 where the reader is behind
    }
    if (ack.trailer().jumboMax() > 0) {
      call.peer().takesJumbograms(ack.trailer().jumboMax(), ack.trailer().maxMtu());
    }
    int mtu = ack.trailer().interfaceMtu();
    if (mtu > 0) {
      call.peer().takesPackets(nowNanos, Math.max(MIN_PACKET_BYTES, mtu));
    }
  }

  private void onAckAll(long nowNanos) {
    if (call.send.allSent()) {
      call.send.acknowledgeAll();
      call.loss.arm(nowNanos);
      call.apply(Step.ALL_ACKNOWLEDGED);
    }
  }

  /** BUSY counts only while nothing shows that the peer has taken the call. */
  private void onBusy(long nowNanos) {
    if (call.role == Role.CLIENT && !anyAck && call.receive.nothingReceived()) {
      call.offer.refused(nowNanos);
    }
  }

  int lastSerial() {
    return lastSerial;
  }

  void pingSent(long nowNanos, int serial) {
    pingSerial = serial;
    pingSentNanos = nowNanos;
  }
}
