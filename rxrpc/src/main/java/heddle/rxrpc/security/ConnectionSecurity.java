package heddle.rxrpc.security;

/** The security class at work on one wire connection. Thread-safe. */
public interface ConnectionSecurity extends AutoCloseable {
  /**
   * Returns what protects the packets of a call.
   *
   * @param channel 0 to 3
   * @param callNumber of the call on that channel
   */
  CallSecurity call(int channel, int callNumber);

  /** Overwrites the keys. From then on nothing can be sealed or opened. */
  @Override
  void close();
}
