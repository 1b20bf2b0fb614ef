package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.DesKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets in the form of Kerberos 4, encrypted with single DES: what servers of old cells print for
 * themselves. Read, never printed.
 *
 * <p>Protocol source: OpenAFS src/rxkad/ticket.c, lifetimes.h (behaviour).
 */
final class Kerberos4Ticket {
  private static final int BLOCK_BYTES = 8;
  private static final int MAX_NAME_BYTES = 63;
  private static final int LITTLE_ENDIAN = 1; // the first byte's lowest bit
  private static final int LIFETIME_FOREVER = 0xff;
  private static final int LIFETIME_FIRST_FIXED = 128;
  private static final int LIFETIME_UNIT_SECONDS = 5 * 60;

  private static final int LIFETIME_LAST_FIXED = 191;
  private static final double SHORTEST_FIXED_SECONDS = 38_400;
  private static final double LONGEST_FIXED_SECONDS = 30 * 24 * 3600;

  private Kerberos4Ticket() {}

  /** Reads a ticket with a key of single DES. */
  static ServiceTicket read(byte[] key, byte[] ticket, long nowSeconds) throws RxkadException {
    if (ticket.length % BLOCK_BYTES != 0) {
      throw refused("a ticket of " + ticket.length + " bytes");
    }
    if (!DesKey.hasOddParity(key) || DesKey.isWeak(key)) {
      throw new RxkadException(Violation.TICKET_OF_WEAK_KEY);
    }
    byte[] plain = decrypt(key, key, ticket);
    try {
      return parse(ByteBuffer.wrap(plain), nowSeconds);
    } catch (BufferUnderflowException e) {
      throw refused("it ends too early");
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  static byte[] decrypt(byte[] key, byte[] iv, byte[] ticket) throws RxkadException {
    try {
      Cipher cipher = Cipher.getInstance("DES/PCBC/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "DES"), new IvParameterSpec(iv));
      return cipher.doFinal(ticket);
    } catch (GeneralSecurityException e) {
      throw new RxkadException(Violation.CIPHER_MISSING, "this JVM has no DES in PCBC mode");
    }
  }

  private static ServiceTicket parse(ByteBuffer in, long nowSeconds) throws RxkadException {
    if ((in.get() & LITTLE_ENDIAN) != 0) {
      in.order(ByteOrder.LITTLE_ENDIAN);
    }
    RxkadPrincipal client = new RxkadPrincipal(string(in, 1), string(in, 0), string(in, 0));
    in.getInt(); // address of the client
    byte[] key = new byte[DesKey.BYTES];
    try {
      in.get(key);
      long end = endOf(in, nowSeconds);
      return new ServiceTicket(
          client,
          new SessionKey(key),
          end == TicketTimes.NEVER ? RxkadConnection.NEVER_SECONDS : end);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Reads what follows the session key. */
  private static long endOf(ByteBuffer in, long nowSeconds) throws RxkadException {
    int lifetime = Byte.toUnsignedInt(in.get());
    long start = Integer.toUnsignedLong(in.getInt());
    string(in, 1); // name of the service
    string(in, 0); // and its instance
    if (in.remaining() >= BLOCK_BYTES) {
      throw refused("it holds more than it should");
    }
    long end = end(start, lifetime);
    TicketTimes.check(start, end, nowSeconds);
    return end;
  }

  static long end(long start, int lifetime) {
    if (lifetime == LIFETIME_FOREVER) {
      return TicketTimes.NEVER;
    }
    if (lifetime < LIFETIME_FIRST_FIXED) {
      return start + (long) lifetime * LIFETIME_UNIT_SECONDS;
    }
    // Each is longer than the one before by the same factor.
    double steps = LIFETIME_LAST_FIXED - LIFETIME_FIRST_FIXED;
    double part = Math.min((lifetime - LIFETIME_FIRST_FIXED) / steps, 1);
    double factor = LONGEST_FIXED_SECONDS / SHORTEST_FIXED_SECONDS;
    return start + Math.round(SHORTEST_FIXED_SECONDS * Math.pow(factor, part));
  }

  private static String string(ByteBuffer in, int minBytes) throws RxkadException {
    if (!in.hasRemaining()) {
      throw refused("it ends too early");
    }
    int length = 0;
    while (in.get(in.position() + length) != 0) {
      length++;
      if (length > MAX_NAME_BYTES || length >= in.remaining()) {
        throw refused("a name without end");
      }
    }
    if (length < minBytes) {
      throw refused("an empty name");
    }
    String string = StandardCharsets.ISO_8859_1.decode(in.slice(in.position(), length)).toString();
    in.position(in.position() + length + 1);
    return string;
  }

  private static RxkadException refused(String why) {
    return new RxkadException(Violation.TICKET_MALFORMED, why);
  }
}
