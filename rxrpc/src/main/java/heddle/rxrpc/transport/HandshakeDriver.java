package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.ServiceHandshake.Accepted;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of one connection that has come in: asks who calls, keeps the calls until that is
 * known, and lets them go on to their service, or refuses them.
 *
 * <p><b>Threads.</b> The receive thread adds calls and brings responses; the timer asks again and
 * gives up; a response is verified on a virtual thread, one at a time. The lock guards what is
 * kept; nothing is sent, announced or ended under it.
 *
 * <p><b>Reflection.</b> Until the handshake is done the client's address may be forged: challenges
 * are no more than {@value #REFLECTION_LIMIT} times the bytes that came from there.
 *
 * <p><b>Memory.</b> Nor may strangers fill it: what they send is kept only as far as a client needs
 * to begin its calls.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.c, rxi_ChallengeOn, rxi_ReceiveResponsePacket (behaviour).
 */
final class HandshakeDriver extends Timeout {
  static final long REPEAT_NANOS = 2_000_000_000L;
  static final long PATIENCE_NANOS = 30_000_000_000L;

  /** Who retries with bad credentials is not to do it at full speed. */
  static final long REFUSAL_DELAY_NANOS = 1_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(HandshakeDriver.class);
  private static final int REFLECTION_LIMIT = 4;
  private static final int MOST_PACKETS_KEPT = 8; // of a call; so many come before any answer
  private static final int MOST_BYTES_KEPT = 64 << 10;

  private final LocalEndpoint endpoint;
  private final ConnectionDriver connection;
  private final ServiceHandshake handshake;
  private final byte[] challenge;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Waiting> waiting = new ArrayList<>(); // guarded by lock
  private boolean verifying; // guarded by lock
  private boolean over; // accepted, refused or closed; guarded by lock
  private boolean gaveWay; // nothing more is sent: it may be made again; guarded by lock
  private long challengedNanos; // guarded by lock
  private int challenges; // guarded by lock
  private long bytesHeard; // guarded by lock
  private int bytesKept; // of calls that wait, and duplicates; guarded by lock
  private volatile @Nullable Accepted accepted;
  private volatile long refusedNanos;
  private final long sinceNanos;
  private final long place; // among the strangers

  /** A call that has come before its caller was known. */
  private record Waiting(HostedService service, CallDriver call, long sinceNanos) {}

  HandshakeDriver(LocalEndpoint endpoint, ConnectionDriver connection, ServiceSecurity demanded) {
    this.endpoint = endpoint;
    this.connection = connection;
    this.handshake = demanded.accept(connection.epoch(), connection.connectionId());
    this.challenge = handshake.challenge();
    this.sinceNanos = endpoint.nanoTime();
    this.place = endpoint.strangers().add(this);
  }

  ConnectionDriver connection() {
    return connection;
  }

  /** Returns whether it is known who calls. */
  boolean isAccepted() {
    return accepted != null;
  }

  /** Returns what protects the packets of calls; the handshake must be done. */
  SharedSecurity security() {
    return Objects.requireNonNull(connection.security());
  }

  @Nullable Principal caller() {
    Accepted known = accepted;
    return known == null ? null : known.caller();
  }

  /** Returns whether the client has said that it is past this call, which then is a replay. */
  boolean isReplay(int channel, int callNumber) {
    Accepted known = accepted;
    return known != null && callNumber - known.callNumbers()[channel] < 0;
  }

  // ---- receive thread

  /**
   * A packet has come from a client that was not known when it was looked.
   *
   * @return whether its call may have it; else it is to be dropped, and will be sent again when the
   *     client is known
   */
  boolean heard(Packet packet) {
    int dataBytes = packet instanceof DataPacket data ? data.length() : 0;
    lock.lock();
    try {
      bytesHeard += PacketHeader.LENGTH + dataBytes;
      if (accepted != null || dataBytes == 0) {
        return true;
      }
      if (waiting.isEmpty()) {
        bytesKept = 0;
      }
      if (packet.header().seq() > MOST_PACKETS_KEPT || bytesKept + dataBytes > MOST_BYTES_KEPT) {
        return false;
      }
      bytesKept += dataBytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps a call until it is known who calls, and asks if that was not done lately. A call of a
   * connection that was given up meanwhile ends.
   *
   * @return false if it is known meanwhile: the call is to be announced
   */
  boolean keep(HostedService service, CallDriver call, long nowNanos, SendBatch batch) {
    List<Waiting> ended;
    boolean late;
    lock.lock();
    try {
      if (accepted != null) {
        return false;
      }
      late = over;
      ended = takeEnded(); // superseded: one call per channel is enough
      if (!late) {
        waiting.add(new Waiting(service, call, nowNanos));
        if (mayAsk(nowNanos)) {
          ask(nowNanos, batch);
        }
      }
    } finally {
      lock.unlock();
    }
    ended.forEach(one -> one.call.userDone());
    if (late) {
      Completion refused = connection.refused();
      call.fail(refused != null ? refused : Completion.Plain.ENDPOINT_CLOSED);
      call.userDone();
    } else {
      endpoint.timers().schedule(this, nowNanos + REPEAT_NANOS);
    }
    return true;
  }

  private List<Waiting> takeEnded() {
    List<Waiting> ended = waiting.stream().filter(one -> one.call.completion() != null).toList();
    waiting.removeAll(ended);
    return ended;
  }

  private boolean mayAsk(long nowNanos) {
    int bytes = PacketHeader.LENGTH + challenge.length;
    return (challenges == 0 || nowNanos - challengedNanos >= REPEAT_NANOS)
        && (challenges + 1L) * bytes <= REFLECTION_LIMIT * bytesHeard;
  }

  private void ask(long nowNanos, SendBatch batch) {
    challenges++;
    challengedNanos = nowNanos;
    connection.encode(batch, PacketType.CHALLENGE, challenge);
  }

  /** The client has answered. What was not asked for, or comes twice, means nothing. */
  void respond(byte[] response) {
    lock.lock();
    try {
      if (over || verifying || challenges == 0) {
        return;
      }
      verifying = true;
    } finally {
      lock.unlock();
    }
    endpoint.runAside(() -> verify(response));
  }

  // ---- a thread of its own

  private void verify(byte[] response) {
    try {
      accept(handshake.verify(response));
    } catch (SecurityViolationException e) {
      LOG.debug("{} is refused: {}", connection, e.getMessage());
      refuse(Completion.LocallyAborted.by(e));
    } catch (RuntimeException e) {
      LOG.error("a response from {} could not be verified", connection.peer().address(), e);
      refuse(new Completion.LocallyAborted(RxCode.CALL_DEAD, AbortReason.HANDSHAKE_FAILED));
    }
  }

  private void accept(Accepted known) {
    SharedSecurity security = new SharedSecurity(known.security());
    List<Waiting> calls;
    lock.lock();
    try {
      verifying = false;
      if (over) {
        security.close();
        return;
      }
      over = true;
      connection.secured(security);
      accepted = known;
      calls = takeAll();
    } finally {
      lock.unlock();
    }
    endpoint.timers().cancel(this);
    countNoMore();
    for (Waiting one : calls) {
      goOn(one, security);
    }
  }

  private void goOn(Waiting one, SharedSecurity security) {
    CallDriver call = one.call;
    if (call.completion() != null) {
      call.userDone(); // the client has given it up
    } else if (isReplay(call.channel(), call.callNumber())) {
      call.abort(RxCode.CALL_DEAD, AbortReason.REPLAYED);
      call.userDone();
    } else {
      call.secure(security);
      one.service.announce(call);
    }
  }

  private void refuse(Completion how) {
    long nowNanos = endpoint.nanoTime();
    lock.lock();
    try {
      verifying = false;
      if (over) {
        return;
      }
      over = true;
      refusedNanos = nowNanos;
      connection.refuse(how);
    } finally {
      lock.unlock();
    }
    endpoint.timers().cancel(this);
    endpoint.timers().schedule(this, nowNanos + REFUSAL_DELAY_NANOS);
    endAll(how);
  }

  // ---- any thread

  private List<Waiting> takeAll() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Ends what waits, without telling the client. */
  private void endAll(Completion how) {
    List<Waiting> calls;
    lock.lock();
    try {
      calls = takeAll();
    } finally {
      lock.unlock();
    }
    for (Waiting one : calls) {
      one.call.fail(how);
      one.call.userDone();
    }
  }

  private void countNoMore() {
    endpoint.strangers().remove(place);
  }

  /** As {@link #giveWay}, if that has not come about within {@code nanos}. */
  boolean giveWayAfter(long nowNanos, long nanos) {
    return nowNanos - sinceNanos >= nanos && giveWay();
  }

  /** Gives the connection up, and ends the calls that wait, unless it is known who calls. */
  boolean giveWay() {
    Completion how;
    lock.lock();
    try {
      if (accepted != null) {
        return false;
      }
      Completion refused = connection.refused();
      how =
          refused != null
              ? refused
              : new Completion.LocallyAborted(RxCode.CALL_DEAD, AbortReason.CALLER_UNKNOWN);
      over = true;
      gaveWay = true;
      connection.refuse(how);
    } finally {
      lock.unlock();
    }
    connection.giveUp(how);
    countNoMore();
    return true;
  }

  /** Returns whether a client that was refused may be told so now. */
  boolean mayTell(long nowNanos) {
    return nowNanos - refusedNanos >= REFUSAL_DELAY_NANOS;
  }

  @Override
  void onTimeout(long nowNanos) {
    SendBatch batch = endpoint.sender().borrowBatch();
    Completion refused = connection.refused();
    if (refused instanceof Completion.LocallyAborted(int code, var reason)) {
      tell(code, nowNanos, batch);
    } else {
      askAgain(nowNanos, batch);
    }
    endpoint.sender().send(batch);
    endpoint.sender().returnBatch(batch);
  }

  private void tell(int code, long nowNanos, SendBatch batch) {
    lock.lock();
    try {
      if (!gaveWay && mayTell(nowNanos)) {
        connection.encodeAbort(batch, code);
      }
    } finally {
      lock.unlock();
    }
  }

  private void askAgain(long nowNanos, SendBatch batch) {
    List<Waiting> given = new ArrayList<>();
    boolean more;
    lock.lock();
    try {
      if (over) {
        return;
      }
      for (Waiting one : waiting) {
        if (one.call.completion() != null || nowNanos - one.sinceNanos >= PATIENCE_NANOS) {
          given.add(one);
        }
      }
      waiting.removeAll(given);
      more = !waiting.isEmpty();
      if (more && mayAsk(nowNanos)) {
        ask(nowNanos, batch);
      }
    } finally {
      lock.unlock();
    }
    if (more) {
      endpoint.timers().schedule(this, nowNanos + REPEAT_NANOS);
    }
    for (Waiting one : given) {
      one.call.abort(RxCode.CALL_DEAD, AbortReason.CALLER_UNKNOWN);
      one.call.userDone();
    }
  }

  /** The client gives the connection up. */
  void abandoned(Completion how) {
    lock.lock();
    try {
      over = true;
    } finally {
      lock.unlock();
    }
    endpoint.timers().cancel(this);
    endAll(how);
  }

  /** The endpoint closes, or the connection is dropped: what waits ends. */
  void close() {
    abandoned(Completion.Plain.ENDPOINT_CLOSED);
    countNoMore();
  }
}
