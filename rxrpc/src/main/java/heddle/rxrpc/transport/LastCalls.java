package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallAddress;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the channels of a connection remember of their last calls and do for them: answer packets
 * that come late, and acknowledge the end of a reply.
 *
 * <p><b>Final acknowledgement.</b> A reply of one packet is not acknowledged at once: the channel's
 * next call says the same by its first packet. If there is none within {@value #HOLD_NANOS} ns the
 * acknowledgement is sent. OpenAFS waits 400 ms for that, Linux two ticks (rx_call.c, rx_EndCall;
 * net/rxrpc/conn_client.c, rxrpc_disconnect_client_call: behaviour).
 */
final class LastCalls extends Timeout {
  static final long HOLD_NANOS = 5_000_000; // a service sends its reply again only much later
  private static final int ANSWER_BYTES = PacketHeader.LENGTH + 64;
  private static final byte[] NO_SOFT_ACKS = {};

  private final ConnectionDriver connection;
  private final AtomicReferenceArray<LastCall> last =
      new AtomicReferenceArray<>(ConnectionDriver.CHANNELS);
  private volatile boolean armed; // it will fire, or is being scheduled

  LastCalls(ConnectionDriver connection) {
    this.connection = connection;
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      last.set(i, LastCall.NONE);
    }
  }

  LastCall of(int channel) {
    return last.get(channel);
  }

  /** Takes over what another connection remembers, which this one goes on for. */
  void copy(LastCalls other) {
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      last.set(i, other.of(i));
    }
  }

  /** The call has ended. One that the peer cannot know of is not what it will ask about. */
  void note(int channel, CallDriver call, LastCall record, LocalEndpoint endpoint) {
    if (connection.role() == Role.CLIENT && call.nothingSent()) {
      return;
    }
    LastCall before;
    do {
      before = last.get(channel);
      if (before.callNumber() != 0 && record.callNumber() - before.callNumber() < 0) {
        return; // whoever ends this call was late
      }
    } while (!last.compareAndSet(channel, before, record));
    if (record.ackOwed()) {
      arm(endpoint, record.endedNanos());
    }
  }

  /** Connections share the moments at which the timer looks for acknowledgements that are due. */
  private void arm(LocalEndpoint endpoint, long fromNanos) {
    if (!armed) {
      armed = true;
      long tick = Math.floorDiv(fromNanos, HOLD_NANOS) + 2;
      endpoint.timers().schedule(this, tick * HOLD_NANOS);
    }
  }

  @Override
  void onTimeout(long nowNanos) {
    armed = false; // whatever is owed from now on is seen below, or arms again
    LocalEndpoint endpoint = connection.endpoint();
    if (endpoint != null && pay(endpoint, nowNanos - HOLD_NANOS)) {
      arm(endpoint, nowNanos - HOLD_NANOS);
    }
  }

  /** Returns whether the end of a reply is still to be acknowledged. */
  boolean owesAck() {
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      if (last.get(i).ackOwed()) {
        return true;
      }
    }
    return false;
  }

  /** The endpoint closes: what is owed is sent now. */
  void close(LocalEndpoint endpoint) {
    pay(endpoint, endpoint.nanoTime());
    endpoint.timers().cancel(this);
  }

  /**
   * Sends the acknowledgements that are owed by calls which ended no later than {@code untilNanos}.
   *
   * @return whether others are owed
   */
  private boolean pay(LocalEndpoint endpoint, long untilNanos) {
    boolean left = false;
    SendBatch batch = endpoint.sender().borrowBatch();
    for (int channel = 0; channel < ConnectionDriver.CHANNELS; channel++) {
      LastCall record = last.get(channel);
      if (!record.ackOwed()) {
        continue;
      }
      if (record.endedNanos() - untilNanos > 0) {
        left = true;
        continue;
      }
      CallDriver next = connection.current(channel);
      if (next == null || next.callNumber() == record.callNumber() || next.nothingSent()) {
        connection.address(batch);
        acknowledge(batch, channel, record, 0, AckReason.DELAY);
      }
      last.compareAndSet(channel, record, record.acknowledged());
    }
    endpoint.sender().send(batch);
    endpoint.sender().returnBatch(batch);
    return left;
  }

  /** Returns whether a packet of a call that has left its channel is to be answered. */
  boolean wantsAnswer(Packet packet) {
    boolean wanted =
        packet instanceof DataPacket
            || (packet instanceof AckPacket ack && ack.reason() == AckReason.PING);
    return wanted && packet.header().callNumber() == of(packet.header().channel()).callNumber();
  }

  /** Answers a packet that {@link #wantsAnswer}. */
  void answerLate(Packet packet, SendBatch batch) {
    PacketHeader header = packet.header();
    int channel = header.channel();
    LastCall record = last.get(channel);
    if (header.callNumber() != record.callNumber()) {
      return; // another call has ended meanwhile
    }
    connection.address(batch);
    switch (record.how()) {
      case Completion.LocallyAborted(int code, var reason) -> abort(batch, channel, record, code);
      case Completion.RemotelyAborted(int code) -> abort(batch, channel, record, code);
      case Completion.Plain.SUCCEEDED -> {
        boolean data = header.type() == PacketType.DATA;
        AckReason reason = data ? AckReason.DUPLICATE : AckReason.PING_RESPONSE;
        acknowledge(batch, channel, record, header.serial(), reason);
        last.compareAndSet(channel, record, record.ackOwed() ? record.acknowledged() : record);
      }
      default -> abort(batch, channel, record, RxCode.CALL_DEAD);
    }
  }

  private void acknowledge(
      SendBatch batch, int channel, LastCall record, int quotedSerial, AckReason reason) {
    CallAddress address = connection.callAddress(channel, record.callNumber());
    ByteBuffer out = batch.begin(ANSWER_BYTES);
    PacketCodec.encodeAck(
        out,
        address.header(PacketType.ACK, 0, connection.next(), PacketFlags.SLOW_START_OK, 0),
        record.receivedUpTo(),
        record.receivedUpTo() - 1,
        quotedSerial,
        reason,
        NO_SOFT_ACKS,
        0,
        connection.peer().trailer(255));
    batch.end();
  }

  private void abort(SendBatch batch, int channel, LastCall record, int code) {
    CallAddress address = connection.callAddress(channel, record.callNumber());
    PacketCodec.encodeAbort(
        batch.begin(ANSWER_BYTES),
        address.header(PacketType.ABORT, 0, connection.next(), 0, 0),
        code);
    batch.end();
  }
}
