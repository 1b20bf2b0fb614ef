package heddle.rxrpc.security;

/** The null security class, index 0, as a service sees it: there is no handshake. */
enum NullServiceSecurity implements ServiceSecurity {
  INSTANCE;

  @Override
  public int index() {
    return 0;
  }

  @Override
  public ServiceHandshake accept(int epoch, int connectionId) {
    throw new UnsupportedOperationException("null security has no handshake");
  }

  @Override
  public String toString() {
    return "null";
  }
}
