package heddle.rxrpc.security;

/** The null security class, index 0: packets go as they are and nobody is authenticated. */
enum NullSecurity implements Security {
  INSTANCE;

  @Override
  public int index() {
    return 0;
  }

  @Override
  public String toString() {
    return "null";
  }
}
