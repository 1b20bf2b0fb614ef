package heddle.rxrpc.security;

/** What a service demands of its callers who use this security class. Thread-safe. */
public interface ServiceSecurity {
  /** Returns the null security class: anybody may call, and nobody is authenticated. */
  static ServiceSecurity none() {
    return NullServiceSecurity.INSTANCE;
  }

  /** Returns the index of the security class as it is on the wire. */
  int index();

  /**
   * Begins the handshake of a connection that has come in.
   *
   * @param epoch of the connection
   * @param connectionId of the connection, with the channel bits 0
   */
  ServiceHandshake accept(int epoch, int connectionId);
}
