package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.Violation;
import heddle.rxrpc.transport.CallReadiness.Want;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What users do with a call: send and read, one at a time, and wait for that.
 *
 * <p>The <i>user mutex</i> arbitrates users for a whole operation, waits included; the receive and
 * timer threads never take it, nor does {@link CallDriver#abort}.
 */
final class CallUser {
  private static final int WAKE_READER_AT = 64 * 1024; // bytes that there are
  private static final int SEALED_AT_ONCE = 32 * 1024; // bytes: some 200 us

  private final ReentrantLock userMutex = new ReentrantLock();
  private final CallDriver call;
  private final CallMachine machine; // in steps of the call only
  private final ReceiveRing ring;
  private final Limits limits;
  private boolean channelRequested; // guarded by userMutex
  private volatile boolean turnedAway; // one that does not wait, by whoever has the turn
  private volatile boolean done; // the user has let go of the call

  CallUser(CallDriver call, CallMachine machine, ReceiveRing ring, Limits limits) {
    this.call = call;
    this.machine = machine;
    this.ring = ring;
    this.limits = limits;
  }

  /**
   * Sends the bytes of {@code source}, waiting for the channel and for room in the window.
   *
   * @param last whether this is the end of the request or reply
   */
  void send(ByteBuffer source, boolean last) throws CallEndedException, InterruptedException {
    takeTurn();
    try {
      awaitChannel();
      while (!sendSome(source, last)) {
        call.readiness.await(Want.ROOM);
      }
    } finally {
      endTurn();
    }
  }

  /** Takes the user mutex if nobody has it; who is turned away is told to come again. */
  private boolean takeTurnAtOnce() {
    if (userMutex.tryLock()) {
      return true;
    }
    turnedAway = true;
    return userMutex.tryLock(); // note, then look: see endTurn
  }

  private void endTurn() {
    leaveTurn();
    if (done) { // unlock, then look
      giveBackLent();
    }
  }

  private void leaveTurn() {
    userMutex.unlock();
    if (turnedAway) { // unlock, then look: the user before us may have left something to do
      turnedAway = false;
      call.readiness.tellAgain();
    }
  }

  /** The user has let go of the call: what it has not read stays nowhere but with the call. */
  void done() {
    done = true;
    giveBackLent();
  }

  private void giveBackLent() {
    if (userMutex.tryLock()) { // else whoever has the turn does it
      try {
        ring.giveBackLent();
      } finally {
        leaveTurn();
      }
    }
  }

  /** Waits for the user mutex; an interrupt ends the call here as it does anywhere else. */
  private void takeTurn() throws InterruptedException {
    try {
      userMutex.lockInterruptibly();
    } catch (InterruptedException e) {
      call.abort(RxCode.USER_ABORT, AbortReason.USER_INTERRUPTED);
      throw e;
    }
  }

  /** Returns true if all is taken; else there is no room now. */
  private boolean sendSome(ByteBuffer source, boolean last) throws CallEndedException {
    endIfComplete();
    if (call.role() == Role.CLIENT) {
      call.record.note(source); // before it is sent: the call may be over as soon as it is
    }
    if (call.isSecured()) {
      sendSealed(source, last);
    } else {
      sendPlain(source, last);
    }
    if (source.hasRemaining()) {
      endIfComplete();
      return false;
    }
    return true;
  }

  private void sendPlain(ByteBuffer source, boolean last) {
    call.steps.step(
        nowNanos -> {
          machine.write(nowNanos, source);
          if (last && !source.hasRemaining()) {
            machine.end(nowNanos);
          }
        });
  }

  /** Seals on this thread and under no lock but the users'; sends each part as soon as it is. */
  private void sendSealed(ByteBuffer source, boolean last) throws CallEndedException {
    int before;
    do {
      before = source.remaining();
      int part = Math.min(before, SEALED_AT_ONCE);
      boolean lastPart = last && part == before;
      int taken = call.reserve(part) ? seal(source, part, lastPart) : 0;
      call.steps.step(
          nowNanos -> {
            machine.publish(nowNanos, taken);
            if (last && !source.hasRemaining()) {
              machine.end(nowNanos);
            }
          });
    } while (source.hasRemaining() && source.remaining() < before);
  }

  private int seal(ByteBuffer source, int most, boolean last) throws CallEndedException {
    int limit = source.limit();
    int start = source.position();
    source.limit(start + most);
    try {
      machine.fill(source, last);
      return source.position() - start;
    } catch (SecurityViolationException e) {
      throw violated(e);
    } finally {
      source.limit(limit);
    }
  }

  /**
   * The security class lets the call not go on. What had come before that was handed out. A call
   * that has failed stays as it has ended.
   */
  private CallEndedException violated(SecurityViolationException why) {
    Completion how = call.completion();
    if (how == null || how == Completion.Plain.SUCCEEDED) {
      how = why.violation() == Violation.KEYS_GONE ? endpointClosed() : aborted(why);
    }
    return new CallEndedException(how);
  }

  /** Nothing else overwrites keys that are in use. */
  private Completion endpointClosed() {
    Completion how = Completion.Plain.ENDPOINT_CLOSED;
    call.violated(how);
    call.fail(how);
    return how;
  }

  private Completion aborted(SecurityViolationException why) {
    Completion.LocallyAborted how = Completion.LocallyAborted.by(why);
    call.violated(how);
    call.abort(how.code(), how.reason());
    return how;
  }

  /** Service: waits for the first packet and sees to it that the caller has sealed it. */
  void prove() throws CallEndedException, InterruptedException {
    takeTurn();
    try {
      while (!ring.available() && !call.requestComplete()) {
        endIfComplete();
        call.readiness.await(Want.DATA);
      }
      ring.prove();
      SecurityViolationException broken = ring.violation();
      if (broken != null) {
        throw violated(broken);
      }
    } finally {
      endTurn();
    }
  }

  /**
   * Sends as many bytes of {@code source} as there is room for now, without waiting: not for a
   * channel, not for room, not for another user of the call.
   *
   * @param last whether this is the end of the request or reply
   * @return true if all is taken, and the end noted where {@code last} is; false if the rest, or
   *     the end, must be offered again
   */
  boolean trySend(ByteBuffer source, boolean last) throws CallEndedException {
    if (!takeTurnAtOnce()) {
      return false;
    }
    try {
      if (!hasChannel()) {
        return false;
      }
      if (source.hasRemaining() && call.roomPackets() == 0) {
        endIfComplete();
      } else if (sendSome(source, last)) {
        return true;
      }
      call.readiness.wantRoom();
      return false;
    } finally {
      endTurn();
    }
  }

  private void awaitChannel() throws CallEndedException, InterruptedException {
    while (!hasChannel()) {
      call.readiness.await(Want.CHANNEL);
    }
  }

  /** Asks for a channel, once; returns whether the call has one. */
  private boolean hasChannel() throws CallEndedException {
    if (call.connection() != null) {
      return true;
    }
    Bundle target = Objects.requireNonNull(call.bundle());
    if (!channelRequested) {
      endIfComplete(); // it holds its bundle no more
      channelRequested = true;
      if (call.sharing() == LocalEndpoint.Sharing.EXCLUSIVE) {
        target.requestExclusive(call);
      } else {
        target.request(call);
      }
    }
    if (call.connection() == null && call.completion() != null) {
      target.cancel(call); // it may have ended before it was queued
      endIfComplete();
    }
    return call.connection() != null;
  }

  /**
   * Reads what is there of the peer's phase, waiting for at least one byte.
   *
   * @return the number of bytes, or -1 at the end of the phase
   */
  int read(ByteBuffer target) throws CallEndedException, InterruptedException {
    takeTurn();
    try {
      int count = readSome(target);
      while (count == 0 && target.hasRemaining()) {
        call.readiness.await(Want.DATA);
        count = readSome(target);
      }
      return count;
    } finally {
      endTurn();
    }
  }

  /**
   * Reads of the peer's phase until {@code target} is full, or the phase has ended. Is woken for a
   * good part of that at a time.
   *
   * @return the number of bytes, or -1 if there was none before the end of the phase
   */
  int readFully(ByteBuffer target) throws CallEndedException, InterruptedException {
    int start = target.position();
    takeTurn();
    try {
      while (target.hasRemaining()) {
        int count = readSome(target);
        if (count < 0) {
          break;
        }
        if (count == 0) {
          call.readiness.awaitData(Math.min(target.remaining(), WAKE_READER_AT));
        }
      }
    } finally {
      endTurn();
    }
    int total = target.position() - start;
    return total == 0 && target.hasRemaining() ? -1 : total;
  }

  /**
   * Reads what is there of the peer's phase, without waiting: not for data, not for another user of
   * the call.
   *
   * @return the number of bytes, 0 if there are none now, or -1 at the end of the phase
   */
  int tryRead(ByteBuffer target) throws CallEndedException {
    if (!takeTurnAtOnce()) {
      return 0;
    }
    try {
      return readSome(target);
    } finally {
      endTurn();
    }
  }

  /** Returns the number of bytes read, 0 if there are none, -1 at the end. */
  private int readSome(ByteBuffer target) throws CallEndedException {
    while (target.hasRemaining()) {
      Completion how =
          call.completion(); // looked at before the ring: what came before the end is there
      boolean over =
          call.role() == Role.CLIENT ? how == Completion.Plain.SUCCEEDED : call.requestComplete();
      if (how == Completion.Plain.ENDPOINT_CLOSED) {
        throw new CallEndedException(how); // what is left unread is no use to anybody
      }
      int count = ring.read(target);
      if (count > 0) {
        if (call.role() == Role.SERVICE) {
          call.record.note(target, target.position() - count, target.position());
        }
        openWindow();
        return count;
      }
      SecurityViolationException broken = ring.violation();
      if (broken != null) {
        throw violated(broken);
      }
      if (ring.available()) {
        continue; // an empty packet was passed
      }
      if (over) {
        ring.end();
        return -1;
      }
      if (how != null) {
        throw new CallEndedException(how);
      }
      openWindow(); // empty packets may have filled it
      return 0;
    }
    return 0;
  }

  /**
   * Tells the peer that there is more room, if it was told of little and the reader has made free a
   * good part of the window since: it may be waiting for that, and nothing else would tell it.
   */
  private void openWindow() {
    int free = ring.freePackets();
    int window =
        Math.min(limits.receiveWindow(), ring.unread() + free); // less where memory is short
    int told = machine.advertisedEnd() - ring.nextSeq();
    if (Math.min(window, free) - told >= Math.max(1, window / 4)) {
      call.steps.step(machine::windowOpened);
    }
  }

  private void endIfComplete() throws CallEndedException {
    Completion how = call.completion();
    if (how != null) {
      throw new CallEndedException(how);
    }
  }
}
