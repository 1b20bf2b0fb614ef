package heddle.rxrpc.transport;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls that users of an endpoint hold. A call may know its table without knowing its endpoint,
 * so that a closed endpoint is not kept alive by a user who still holds a call.
 */
public final class CallTable {
  private final Map<Long, CallDriver> calls = new ConcurrentHashMap<>(); // by debug ID
  private volatile boolean closed;

  CallTable() {}

  /**
   * Adds a call, or returns false if the table is closed: then it is not in it. Who closes clears
   * the table, but may not have seen a call that was being added; so that is asked again.
   */
  boolean add(CallDriver call) {
    return calls.compute(call.debugId(), (id, none) -> closed ? null : call) != null && !closed;
  }

  /** The user has no more use for the call. */
  public void remove(CallDriver call) {
    calls.remove(call.debugId());
  }

  /** Returns the calls, as they come and go. */
  Collection<CallDriver> all() {
    return calls.values();
  }

  /** Returns how many calls there are. */
  public int size() {
    return calls.size();
  }

  /** Takes no further calls. */
  void close() {
    closed = true;
  }

  void clear() {
    calls.clear();
  }
}
