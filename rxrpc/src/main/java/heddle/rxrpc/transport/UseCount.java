package heddle.rxrpc.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many hold a connection. Whoever keeps it in a table holds one; the reaper may only turn that
 * last one into none, and what has none is gone for good: who finds it so must take another.
 */
final class UseCount {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(UseCount.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("FieldMayBeFinal") // by VarHandle
  private volatile int count = 1;

  /** Takes one more, unless there is none left; then returns false. */
  boolean acquire() {
    while (true) {
      int now = count;
      if (now <= 0) {
        return false;
      }
      if (COUNT.compareAndSet(this, now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives one back that {@link #acquire} took. */
  void release() {
    int before = (int) COUNT.getAndAdd(this, -1);
    assert before > 1 : "released more often than acquired";
  }

  /** Gives one back that may be the last, where nothing but this ends the use; returns whether. */
  boolean releaseLast() {
    int before = count;
    while (before > 0) {
      if (COUNT.compareAndSet(this, before, before - 1)) {
        return before == 1;
      }
      before = count;
    }
    return false;
  }

  /** Turns the table's own one into none; returns false if somebody else holds one. */
  boolean retire() {
    return COUNT.compareAndSet(this, 1, 0);
  }

  int get() {
    return count;
  }
}
