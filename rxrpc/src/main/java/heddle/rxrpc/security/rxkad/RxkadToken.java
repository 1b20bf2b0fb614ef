package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.DesKey;
import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.KerberosCrypto;
import heddle.rxrpc.security.krb5.TicketPart;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What lets a client call the servers of a cell in somebody's name: a ticket that they can read,
 * and the session key in it.
 *
 * <p>A token is equal to itself only. Thread-safe; {@link #close} overwrites the key, and what
 * connections have made of it lives as long as they.
 */
public final class RxkadToken implements AutoCloseable {
  private static final int DES_CBC_CRC = 1;
  private static final String SUPERUSER = "afs";
  private static final long PRINTED_UNTIL_SECONDS = Integer.MAX_VALUE;

  private final String client;
  private final int ticketType;
  private final byte[] ticket;
  private final Instant expiry;
  private final SessionKey key;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed; // by lock

  private RxkadToken(String client, int ticketType, byte[] ticket, SessionKey key, Instant expiry) {
    this.client = client;
    this.ticketType = ticketType;
    this.ticket = ticket.clone();
    this.key = key;
    this.expiry = expiry;
  }

  /**
   * Makes a token from a service ticket of Kerberos 5 for {@code afs/cell} or {@code afs}.
   *
   * @param client whose ticket it is, for messages
   * @param ticket the ticket as the KDC gave it, in DER
   * @param enctype number of the encryption type of the session key
   * @param sessionKey stays the caller's, who overwrites it
   * @param expiry until when the ticket is good
   * @throws RxkadException if rxkad has no room for such a ticket, or no use for such a key; one of
   *     single DES is refused
   */
  public static RxkadToken ofKerberos(
      String client, byte[] ticket, int enctype, byte[] sessionKey, Instant expiry)
      throws RxkadException {
    if (Enctype.isSingleDes(enctype)) {
      throw new RxkadException(
          Violation.SESSION_KEY_WEAK, "the KDC gave a session key of single DES, which is refused");
    }
    checkLength(ticket);
    SessionKey key = SessionKeys.derive(enctype, sessionKey);
    return new RxkadToken(client, ServiceTicket.KERBEROS_5, ticket, key, expiry);
  }

  /**
   * Makes a token from its parts, as {@link #ticketType}, {@link #ticket} and {@link #sessionKey}
   * give them.
   *
   * @param sessionKey eight bytes; stay the caller's, who overwrites them
   * @throws RxkadException if the ticket is too short or too long
   */
  public static RxkadToken of(
      String client, int ticketType, byte[] ticket, byte[] sessionKey, Instant expiry)
      throws RxkadException {
    checkLength(ticket);
    return new RxkadToken(client, ticketType, ticket, new SessionKey(sessionKey), expiry);
  }

  /**
   * Prints a token with the keys of the cell's servers ({@code -localauth}): the superuser's.
   *
   * <p>Protocol source: OpenAFS src/auth/authcon.c, src/rxkad/ticket5.c (behaviour).
   *
   * @throws RxkadException if there is no key but those of single DES
   */
  public static RxkadToken printed(ServiceKeys keys) throws RxkadException {
    return printed(keys, SUPERUSER, 0, Instant.ofEpochSecond(PRINTED_UNTIL_SECONDS));
  }

  /**
   * Prints a token with the keys of the cell's servers for a user of the cell, whom no KDC has to
   * know.
   *
   * @param user name, or name and instance with a dot between them
   * @throws RxkadException if there is no key but those of single DES
   */
  public static RxkadToken printed(ServiceKeys keys, String user, Instant expiry)
      throws RxkadException {
    return printed(keys, user, Instant.now().getEpochSecond(), expiry);
  }

  private static RxkadToken printed(
      ServiceKeys keys, String user, long startSeconds, Instant expiry) throws RxkadException {
    var random = new SecureRandom();
    byte[] sessionKey = newDesKey(random);
    ServiceKey serviceKey = keys.forPrinting();
    List<String> components = List.of(user.split("\\.", 2));
    TicketPart part =
        TicketPart.printed(
            DES_CBC_CRC, sessionKey, components, startSeconds, expiry.getEpochSecond());
    byte[] plain = part.encode();
    try {
      byte[] cipher =
          KerberosCrypto.encrypt(
              serviceKey.enctype(), serviceKey.bytes(), KerberosCrypto.USAGE_TICKET, plain, random);
      var data = new EncryptedData(serviceKey.enctype().number(), serviceKey.kvno(), cipher);
      return of(user, ServiceTicket.KERBEROS_5_ENCRYPTED_PART, data.encode(), sessionKey, expiry);
    } catch (GeneralSecurityException e) {
      throw new RxkadException(
          Violation.CIPHER_MISSING,
          "this JVM has no cipher for " + Enctype.nameOf(serviceKey.enctype().number()));
    } finally {
      Arrays.fill(plain, (byte) 0);
      part.close(); // overwrites the session key
    }
  }

  private static byte[] newDesKey(SecureRandom random) {
    byte[] key = new byte[DesKey.BYTES];
    do {
      random.nextBytes(key);
      DesKey.fixParity(key);
    } while (DesKey.isWeak(key));
    return key;
  }

  private static void checkLength(byte[] ticket) throws RxkadException {
    if (ticket.length < ServiceTicket.MIN_BYTES || ticket.length > ServiceTicket.MAX_BYTES) {
      throw new RxkadException(
          Violation.TICKET_LENGTH_REFUSED,
          ticket.length + " bytes, where AFS takes " + ServiceTicket.MAX_BYTES);
    }
  }

  /** Returns whose token it is, for messages: servers read it in the ticket. */
  public String client() {
    return client;
  }

  /** Returns until when servers take it. */
  public Instant expiry() {
    return expiry;
  }

  /** Returns what kind of ticket it is, or with what version of a key it is encrypted. */
  public int ticketType() {
    return ticketType;
  }

  /** Returns a copy of the ticket. */
  public byte[] ticket() {
    return ticket.clone();
  }

  /**
   * Returns a copy of the session key, to be overwritten after use.
   *
   * @throws RxkadException if the token was closed
   */
  public byte[] sessionKey() throws RxkadException {
    try (SessionKey copy = copyKey()) {
      return copy.toBytes();
    }
  }

  /** Returns the key, to be closed on its own. */
  SessionKey copyKey() throws RxkadException {
    lock.lock();
    try {
      if (closed) {
        throw new RxkadException(Violation.TOKEN_DROPPED);
      }
      return key.copy();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      key.close();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "token of " + client + " until " + expiry; // and nothing of key or ticket
  }
}
