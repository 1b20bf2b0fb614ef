package heddle.rxrpc.security.rxkad;

/**
 * What a ticket tells the service.
 *
 * @param client who calls
 * @param key the session key; {@link #close} overwrites it
 * @param endSeconds until when the ticket is good, since 1970
 */
record ServiceTicket(RxkadPrincipal client, SessionKey key, long endSeconds)
    implements AutoCloseable {
  /** In place of a version: a whole ticket of Kerberos 5. */
  static final int KERBEROS_5 = 256;

  /** In place of a version: the encrypted part of a ticket of Kerberos 5. */
  static final int KERBEROS_5_ENCRYPTED_PART = 213;

  /** The shortest ticket that OpenAFS sends or takes. */
  static final int MIN_BYTES = 32;

  /** The longest ticket that OpenAFS sends or takes. */
  static final int MAX_BYTES = 12_000;

  @Override
  public void close() {
    key.close();
  }
}
