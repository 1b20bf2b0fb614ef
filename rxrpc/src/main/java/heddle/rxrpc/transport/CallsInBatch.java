package heddle.rxrpc.transport;

import heddle.rxrpc.wire.Packet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a batch of received datagrams concerns: each takes its packets one run at a time,
 * under its core lock; what follows for all of them, and whatever else is to be sent, comes at the
 * end of the batch.
 *
 * <p>Not thread-safe: it belongs to who receives.
 */
final class CallsInBatch {
  private final LocalEndpoint endpoint;
  private final SendBatch toSend;
  private final List<CallDriver> ended = new ArrayList<>();
  private final List<CallDriver> sending = new ArrayList<>(); // whose turn to send we have
  private final List<Incoming> incoming = new ArrayList<>();
  private @Nullable CallDriver current; // whose core lock is held
  private long nowNanos;

  /** A call that is to be announced when no lock is held. */
  private record Incoming(HostedService service, CallDriver call) {}

  CallsInBatch(LocalEndpoint endpoint) {
    this.endpoint = endpoint;
    this.toSend = endpoint.sender().newBatch();
  }

  /** A batch begins. */
  void begin(long receivedNanos) {
    nowNanos = receivedNanos;
  }

  /** Returns when the batch was received. */
  long nowNanos() {
    return nowNanos;
  }

  /**
   * Lets {@code call} take a packet; its core lock is held from now on, until {@link #leave}.
   *
   * @param bytes of the datagram
   */
  void hand(CallDriver call, Packet packet, int bytes) {
    if (current != call) {
      leave();
      current = call;
      call.steps.beginPackets();
    }
    call.peer().heard(bytes);
    call.steps.handlePacket(nowNanos, packet);
  }

  /** Before anything that takes a lock, or tells others: no call's lock is held afterwards. */
  void leave() {
    CallDriver call = current;
    if (call != null) {
      current = null;
      switch (call.steps.endPackets(nowNanos, toSend, endpoint)) {
        case RECEIVER -> {
          if (!sending.contains(call)) {
            sending.add(call);
          }
        }
        case STEP -> {} // that thread sends the rest and ends the call, if it is over
        case NOBODY -> {
          if (call.hasEnded()) {
            ended.add(call);
          }
        }
      }
    }
  }

  /** The call is new: somebody may serve it once the batch is at its end. */
  void announceLater(HostedService service, CallDriver call) {
    incoming.add(new Incoming(service, call));
  }

  /** Returns what is sent at the end of the batch, with room for one more datagram. */
  SendBatch roomFor(int bytes) {
    if (!toSend.hasRoom(bytes)) {
      leave(); // tracers are told of what is sent, and that under no lock
      endpoint.sender().send(toSend);
    }
    return toSend;
  }

  /** Returns what is sent at the end of the batch, to take events along. */
  SendBatch toSend() {
    return toSend;
  }

  /** Every packet is handled: sends what is to be sent, finishes what is over, announces. */
  void end() {
    leave();
    sendAll();
    ended.forEach(CallDriver::finish);
    ended.clear();
    for (Incoming call : incoming) {
      call.service.announce(call.call);
    }
    incoming.clear();
  }

  private void sendAll() {
    boolean done = false;
    try {
      endpoint.sender().send(toSend);
      done = true;
    } finally {
      for (int i = sending.size() - 1; i >= 0; i--) {
        CallDriver call = sending.remove(i);
        if (done) {
          call.steps.sent(endpoint);
        } else {
          call.steps.notSent();
        }
      }
    }
  }
}
