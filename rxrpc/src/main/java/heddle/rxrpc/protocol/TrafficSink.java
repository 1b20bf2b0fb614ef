package heddle.rxrpc.protocol;

/** Adds up what calls send and receive. */
@FunctionalInterface
public interface TrafficSink {
  /** Adds {@code traffic}, which the caller uses again afterwards. */
  void add(CallTraffic traffic);
}
