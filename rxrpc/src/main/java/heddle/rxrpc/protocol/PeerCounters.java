package heddle.rxrpc.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What was sent to a peer and received from it, by all calls. Thread-safe, without a lock. */
final class PeerCounters {
  private static final VarHandle DATA_SENT = handle("dataSent");
  private static final VarHandle DATA_RESENT = handle("dataResent");
  private static final VarHandle BYTES_SENT = handle("bytesSent");
  private static final VarHandle BYTES_RECEIVED = handle("bytesReceived");

  // by VarHandle
  private volatile long dataSent;
  private volatile long dataResent;
  private volatile long bytesSent;
  private volatile long bytesReceived;

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(PeerCounters.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  void add(CallTraffic traffic) {
    add(DATA_SENT, traffic.dataSent());
    add(DATA_RESENT, traffic.dataResent());
    add(BYTES_SENT, traffic.bytesSent());
    add(BYTES_RECEIVED, traffic.bytesReceived());
  }

  private void add(VarHandle counter, long amount) {
    if (amount != 0) {
      long unused = (long) counter.getAndAdd(this, amount);
    }
  }

  long dataSent() {
    return dataSent;
  }

  long dataResent() {
    return dataResent;
  }

  long bytesSent() {
    return bytesSent;
  }

  long bytesReceived() {
    return bytesReceived;
  }
}
