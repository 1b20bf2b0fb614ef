package heddle.afs.auth;

/** The caller without a token; the servers know it as system:anyuser. */
enum Anonymous implements Caller {
  INSTANCE;

  @Override
  public String toString() {
    return "anonymous";
  }
}
