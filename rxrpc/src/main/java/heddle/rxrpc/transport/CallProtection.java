package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.CallSecurity;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a call has of the security class of its connection: from when it is known who calls until
 * both the user and the network are done with the call, for the user may read long after its end.
 */
final class CallProtection {
  private static final int USER_DONE = 1;
  private static final int NETWORK_DONE = 2;
  private static final int HELD = 4;
  private static final int ALL = USER_DONE | NETWORK_DONE | HELD;

  private final AtomicInteger marks = new AtomicInteger();
  private volatile @Nullable SharedSecurity shared; // null: packets go as they are, or not yet
  private volatile @Nullable Completion violation;

  /** From now on packets are sealed and opened. Only by who has the core lock. */
  void begin(
      SharedSecurity by, int channel, int callNumber, CallMachine machine, ReceiveRing ring) {
    CallSecurity mine = by.hold(channel, callNumber);
    machine.secure(mine);
    ring.secure(mine);
    shared = by;
    mark(HELD);
  }

  boolean isOn() {
    return shared != null;
  }

  /** The user has let go of the call; may be said more than once. */
  void userDone() {
    mark(USER_DONE);
  }

  /** Nothing of the call is sent or received any more. */
  void networkDone() {
    mark(NETWORK_DONE);
  }

  private void mark(int one) {
    int before = marks.getAndUpdate(known -> known | one);
    SharedSecurity held = shared;
    if (before != ALL && (before | one) == ALL && held != null) {
      held.release();
    }
  }

  /** A user has found that the call cannot go on, and that may be after its end. */
  void violated(Completion how) {
    violation = how;
  }

  /** Returns what a user has found, or null. */
  @Nullable Completion violation() {
    return violation;
  }
}
