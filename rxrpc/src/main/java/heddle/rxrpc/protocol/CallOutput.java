package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.trace.TraceEvent.AckCause;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.Serial;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a call sends next, the most urgent first: abort, acknowledgement, what was lost, new data, a
 * probe of the tail, a ping.
 *
 * <p><b>Reflection.</b> A request's source address may be forged. Until somebody there has quoted
 * one of our serials, a service sends no more than {@value #REFLECTION_LIMIT} times the bytes that
 * it got, whatever kind of packet they are in; a reply that would be more waits for the answer to a
 * ping. What is left out comes again: the client repeats itself as long as it lacks an answer.
 */
final class CallOutput {
  private static final int ABORT_BYTES = PacketHeader.LENGTH + 4;
  static final int MAX_ACK_BYTES = PacketHeader.LENGTH + 18 + 255 + 3 + 16;
  private static final int REFLECTION_LIMIT = 4;
  private static final int WINDOW_SHARE = 4; // of the window that new data wait for, at most
  private static final int MOST_AWAITED = 16; // packets
  private static final long REACH_PING_NANOS = 500_000_000L; // before it is repeated

  private final CallMachine call;
  private byte[] softAcks = {}; // scratch space, made when there is a gap
  private @Nullable CallAddress address;
  private @Nullable SerialCounter serials;
  private boolean abortOwed;
  private int abortCode;
  private boolean pingOwed;
  private boolean reachPingOwed;
  private boolean questionOwed; // a ping whatever was heard lately
  private long bytesHeard;
  private long bytesSent;
  private boolean anythingSent;
  private int lastSerial;
  private int serialWhenHeard; // the last one that was sent before the peer's last packet came

  CallOutput(CallMachine call) {
    this.call = call;
  }

  void begin(CallAddress ours, SerialCounter counter) {
    address = ours;
    serials = counter;
  }

  /** The peer has answered as this service. */
  void servedBy(int serviceId) {
    CallAddress ours = address();
    if (ours.upgrade() == Upgrade.ASKED) {
      address = ours.servedBy(serviceId);
    }
  }

  void oweAbort(int code) {
    abortOwed = true;
    abortCode = code;
  }

  void owePing() {
    pingOwed = true;
  }

  void oweQuestion() {
    pingOwed = true;
    questionOwed = true;
  }

  /** Returns true if the sink had no room for all that is to be sent. */
  boolean poll(long nowNanos, DatagramSink sink) {
    if (abortOwed) {
      return sendAbort(nowNanos, sink);
    }
    if (call.acks.due()) {
      if (!sink.hasRoom(MAX_ACK_BYTES)) {
        return true;
      }
      if (mayProveByTheWay(nowNanos)) {
        reachPingOwed = true; // it says the same, and its answer proves the address
      } else if (mayReach(nowNanos, ackBytes())) {
        call.trace.acknowledged(nowNanos, call.acks, call.receive);
        sendAck(sink, call.acks.reason(), call.acks.quotedSerial(), 0);
      }
      call.acks.sent();
    }
    if (call.isComplete()) {
      return false;
    }
    if (sendData(nowNanos, sink)) {
      return true;
    }
    if ((pingOwed || reachPingOwed) && sendPing(nowNanos, sink)) {
      return true;
    }
    sendPathProbe(nowNanos, sink);
    return false;
  }

  /** Returns the length of a packet of data that we have sent and that is not acknowledged. */
  OptionalInt datagramBytes(PacketHeader packet) {
    boolean ours =
        packet.type() == PacketType.DATA
            && call.send.isUnderWay(packet.seq())
            && call.send.packet(packet.seq()).serial == packet.serial();
    return ours ? OptionalInt.of(bytesOf(packet.seq())) : OptionalInt.empty();
  }

  /** The peer sent so many bytes. */
  void heard(int bytes) {
    bytesHeard += bytes;
    serialWhenHeard = lastSerial;
  }

  /** Returns whether we have sent the packet, and have heard nothing from the peer after that. */
  boolean wasSentSinceHeard(PacketHeader packet) {
    return anythingSent
        && Serial.after(packet.serial(), serialWhenHeard)
        && Serial.upTo(packet.serial(), lastSerial)
        && (packet.type() != PacketType.DATA || call.send.isUnderWay(packet.seq()));
  }

  /** Returns whether so many bytes may go to an address that may be forged. */
  private boolean mayReach(long nowNanos, int bytes) {
    return call.role == Role.CLIENT
        || bytesSent + bytes <= REFLECTION_LIMIT * bytesHeard
        || call.peer().isProven(nowNanos);
  }

  /**
   * Returns whether a packet of the reply may go; if not, sees to a ping that proves the address.
   */
  private boolean replyMayGo(long nowNanos, int bytes) {
    boolean may = mayReach(nowNanos, bytes);
    if (!may && !call.timers.isSet(Timer.REACH)) {
      reachPingOwed = true;
    }
    return may;
  }

  /** Returns whether an acknowledgement that is due may just as well be a ping. */
  private boolean mayProveByTheWay(long nowNanos) {
    return call.role == Role.SERVICE
        && call.acks.reason() == AckReason.DELAY
        && !call.isComplete()
        && !call.timers.isSet(Timer.REACH)
        && !call.peer().isProven(nowNanos);
  }

  private void end(DatagramSink sink, int bytes, Fragmentation fragmentation) {
    bytesSent += bytes;
    call.fresh.sentDatagram();
    sink.end(fragmentation);
    anythingSent = true;
  }

  private boolean sendAbort(long nowNanos, DatagramSink sink) {
    boolean peerMayKnow = call.role == Role.SERVICE || anythingSent;
    if (peerMayKnow && mayReach(nowNanos, ABORT_BYTES)) {
      if (!sink.hasRoom(ABORT_BYTES)) {
        return true;
      }
      PacketHeader header = address().header(PacketType.ABORT, 0, nextSerial(), 0, 0);
      PacketCodec.encodeAbort(sink.begin(ABORT_BYTES), header, abortCode);
      sink.end();
    }
    abortOwed = false;
    return false;
  }

  private int ackBytes() {
    return MAX_ACK_BYTES - 255 + call.receive.softAckCount();
  }

  private void sendAck(DatagramSink sink, AckReason reason, int quotedSerial, int moreFlags) {
    int bytes = encodeAck(sink, 0, reason, quotedSerial, moreFlags);
    end(sink, bytes, Fragmentation.ALLOWED);
  }

  /** Writes an acknowledgement, with zeros up to {@code leastBytes}; returns its length. */
  private int encodeAck(
      DatagramSink sink, int leastBytes, AckReason reason, int quotedSerial, int moreFlags) {
    int serial = nextSerial();
    int flags = PacketFlags.SLOW_START_OK | moreFlags;
    PacketHeader header = address().header(PacketType.ACK, 0, serial, flags, 0);
    ReceiveWindow window = call.receive;
    if (window.hasGap() && softAcks.length == 0) {
      softAcks = new byte[255];
    }
    int count = window.softAcks(softAcks);
    AckTrailer trailer = call.peer().trailer(window.free());
    ByteBuffer out = sink.begin(Math.max(MAX_ACK_BYTES, leastBytes));
    int start = out.position();
    PacketCodec.encodeAck(
        out,
        header,
        window.next(),
        window.highest(),
        quotedSerial,
        reason,
        softAcks,
        count,
        trailer);
    while (out.position() - start < leastBytes) {
      out.put((byte) 0);
    }
    call.advertised(window.end());
    return out.position() - start;
  }

  private boolean sendPing(long nowNanos, DatagramSink sink) {
    boolean wanted = reachPingOwed || questionOwed || call.silence.pingStillWanted(nowNanos);
    if (!wanted || !mayReach(nowNanos, ackBytes())) {
      pingOwed = false;
      questionOwed = false;
      reachPingOwed = false;
      return false;
    }
    if (!sink.hasRoom(MAX_ACK_BYTES)) {
      return true;
    }
    AckCause cause = reachPingOwed ? AckCause.ADDRESS_UNPROVEN : AckCause.PEER_SILENT;
    call.trace.acknowledged(nowNanos, AckReason.PING, cause, 0, call.receive);
    sendAck(sink, AckReason.PING, 0, PacketFlags.REQUEST_ACK);
    call.pingSent(nowNanos, lastSerial);
    call.acks.sent(); // a ping says what an acknowledgement says
    if (reachPingOwed) {
      call.timers.set(Timer.REACH, nowNanos + REACH_PING_NANOS);
      reachPingOwed = false;
    }
    pingOwed = false;
    questionOwed = false;
    return false;
  }

  /** Sends a ping padded to the size whose passage is to be proved, if that is wanted now. */
  private void sendPathProbe(long nowNanos, DatagramSink sink) {
    int most = call.peer().path().ceiling();
    if (!call.probe.isWorthwhile(nowNanos) || !sink.hasRoom(most) || !mayReach(nowNanos, most)) {
      return; // there will be another occasion
    }
    int bytes = call.probe.claim(nowNanos);
    if (bytes > 0) {
      call.trace.acknowledged(nowNanos, AckReason.PING, AckCause.PATH_PROBE, 0, call.receive);
      int length = encodeAck(sink, bytes, AckReason.PING, 0, PacketFlags.REQUEST_ACK);
      end(sink, length, Fragmentation.FORBIDDEN);
      call.probe.sent(nowNanos, lastSerial);
    }
  }

  private boolean sendData(long nowNanos, DatagramSink sink) {
    SendWindow window = call.send;
    boolean sent = false;
    boolean full = false;
    int mayFly = call.hole.isQuiet() ? 0 : call.offer.mostInFlight();
    mayFly = Math.min(call.congestion.window(), mayFly);
    int room = mayFly - window.inFlight();
    while (room > 0 && window.lost() > 0 && !full) {
      int seq = window.firstLost();
      if (!replyMayGo(nowNanos, bytesOf(seq))) {
        break;
      }
      full = !sink.hasRoom(bytesOf(seq));
      if (!full) {
        window.resend(seq, nowNanos, nextSerial());
        sendDataPacket(sink, seq, PacketFlags.REQUEST_ACK);
        sent = true;
        room--;
      }
    }
    boolean waits = isWorthWaiting(room, mayFly);
    while (room > 0 && !full && !waits && window.mayAdvance()) {
      int packets = packetsTogether(nowNanos, room);
      int bytes = bytesOf(window.sentTop(), packets);
      if (!replyMayGo(nowNanos, bytes)) {
        break;
      }
      full = !sink.hasRoom(bytes);
      if (!full) {
        room -= packets;
        sendNext(nowNanos, sink, packets, room == 0);
        sent = true;
      }
    }
    if (call.loss.probeDue() && !full) { // never while the call waits to be offered again
      full = !sendProbe(nowNanos, sink, sent);
      sent = true;
    }
    if (sent) {
      call.loss.armAfterSend(nowNanos);
    }
    return full;
  }

  /**
   * Returns whether new data should wait until the window has opened further: a peer that
   * acknowledges every second packet would have one system call for each two. Only while the window
   * is what holds data back, and most of it is under way, so that acknowledgements are to come.
   */
  private boolean isWorthWaiting(int room, int mayFly) {
    SendWindow window = call.send;
    int together = Math.min(Math.min(mayFly, window.allowed()) / WINDOW_SHARE, MOST_AWAITED);
    int now = Math.min(room, window.sendable());
    return now < together && now < window.unsent() && window.inFlight() >= together;
  }

  /** Returns how many of the next packets go in one datagram: all but the last must be full. */
  private int packetsTogether(long nowNanos, int room) {
    int most = call.peer().packetsPerDatagram(nowNanos);
    if (most == 1) {
      return 1;
    }
    SendWindow window = call.send;
    int allowed = Math.min(most, Math.min(room, window.sendable()));
    int together = 1;
    while (together < allowed
        && window.packet(window.sentTop() + together - 1).length == Jumbogram.SUBPACKET_DATA
        && window.packet(window.sentTop() + together).length <= Jumbogram.SUBPACKET_DATA) {
      together++;
    }
    return together;
  }

  private void sendNext(long nowNanos, DatagramSink sink, int packets, boolean closesWindow) {
    SendWindow window = call.send;
    if (call.role == Role.SERVICE && window.nothingSent()) {
      call.acks.sent(); // the reply acknowledges the request
    }
    int first = window.sentTop();
    int serial = nextSerials(packets);
    for (int i = 0; i < packets; i++) {
      window.advance(nowNanos, serial + i);
    }
    boolean last = window.packet(first + packets - 1).last;
    boolean mustAsk = !last && (closesWindow || !window.mayAdvance());
    sendDataPackets(sink, first, packets, mustAsk ? PacketFlags.REQUEST_ACK : 0);
  }

  /** Sends new data if there is any, else the tail again; returns false if there was no room. */
  private boolean sendProbe(long nowNanos, DatagramSink sink, boolean sentAnyhow) {
    SendWindow window = call.send;
    if (sentAnyhow || window.inFlight() == 0) {
      call.loss.probeSent();
      return true;
    }
    boolean fresh = window.mayAdvance();
    int seq = fresh ? window.sentTop() : call.loss.probeSeq();
    if (!replyMayGo(nowNanos, bytesOf(seq))) {
      call.loss.probeSent();
      return true;
    }
    if (!sink.hasRoom(bytesOf(seq))) {
      return false;
    }
    call.loss.probeSent();
    if (fresh) {
      window.advance(nowNanos, nextSerial());
    } else {
      window.markLost(window.packet(seq));
      window.resend(seq, nowNanos, nextSerial());
      call.loss.probeIsCopy(lastSerial);
    }
    sendDataPacket(sink, seq, PacketFlags.REQUEST_ACK);
    return true;
  }

  private int bytesOf(int seq) {
    return PacketHeader.LENGTH + call.send.packet(seq).length;
  }

  private int bytesOf(int first, int packets) {
    int bytes = bytesOf(first);
    for (int i = 1; i < packets; i++) {
      bytes += Jumbogram.SUBHEADER_LENGTH + call.send.packet(first + i).length;
    }
    return bytes;
  }

  private void sendDataPacket(DatagramSink sink, int seq, int moreFlags) {
    sendDataPackets(sink, seq, 1, moreFlags);
  }

  /** Sends packets that follow each other in one datagram; the last one has {@code moreFlags}. */
  private void sendDataPackets(DatagramSink sink, int first, int packets, int moreFlags) {
    int bytes = bytesOf(first, packets);
    ByteBuffer out = sink.begin(bytes);
    for (int i = 0; i < packets; i++) {
      TxPacket packet = call.send.packet(first + i);
      int flags = i < packets - 1 ? PacketFlags.JUMBO : moreFlags;
      flags |= packet.last ? PacketFlags.LAST_PACKET : 0;
      if (i == 0) {
        address().header(PacketType.DATA, first, packet.serial, flags, packet.checksum).encode(out);
      } else {
        Jumbogram.encodeSubheader(out, flags, packet.checksum);
      }
      out.put(packet.data, 0, packet.length);
      packet.datagramBytes = bytes;
      if (packet.transmissions == 1) {
        call.fresh.sentData(packet.length);
      } else {
        call.fresh.resentData();
      }
    }
    end(sink, bytes, Fragmentation.ALLOWED);
  }

  private int nextSerial() {
    return nextSerials(1);
  }

  private int nextSerials(int count) {
    int serial = Objects.requireNonNull(serials).next(count);
    if (!anythingSent) {
      serialWhenHeard = serial - 1;
    }
    lastSerial = serial + count - 1;
    return serial;
  }

  private CallAddress address() {
    return Objects.requireNonNull(address, "call has no channel");
  }
}
