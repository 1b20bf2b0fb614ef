package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.KerberosCrypto;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import heddle.rxrpc.security.krb5.TicketPart;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the tickets of clients, with the keys of the service. Thread-safe.
 *
 * <p>Protocol source: OpenAFS src/rxkad/ticket5.c, rxkad_server.c (behaviour).
 *
 * <p>Deviations: where OpenAFS aborts with an error number of its ASN.1 library, this says that the
 * ticket is bad. OpenAFS takes session keys of single DES in the tickets of a KDC; this does so
 * only where it is asked to.
 */
final class TicketReader {
  private final ServiceKeys keys;
  private final DottedNames dotted;
  private final SingleDes singleDes;

  TicketReader(ServiceKeys keys, DottedNames dotted, SingleDes singleDes) {
    this.keys = keys;
    this.dotted = dotted;
    this.singleDes = singleDes;
  }

  /**
   * Reads a ticket.
   *
   * @param type what kind of ticket, or the version of the key of one of Kerberos 4
   * @param nowSeconds since 1970
   */
  ServiceTicket read(int type, byte[] ticket, long nowSeconds) throws RxkadException {
    return switch (type) {
      case ServiceTicket.KERBEROS_5 -> readKerberos5(parsed(ticket, true), singleDes, nowSeconds);
      case ServiceTicket.KERBEROS_5_ENCRYPTED_PART ->
          // OpenAFS prints these for itself (-localauth), always with a session key of single DES.
          readKerberos5(parsed(ticket, false), SingleDes.ACCEPTED, nowSeconds);
      default -> Kerberos4Ticket.read(keys.desKey(type), ticket, nowSeconds);
    };
  }

  private static EncryptedData parsed(byte[] ticket, boolean whole) throws RxkadException {
    try {
      return whole ? EncryptedData.ofTicket(ticket) : EncryptedData.decode(ticket);
    } catch (MalformedKerberosException e) {
      throw malformed(e);
    }
  }

  private ServiceTicket readKerberos5(EncryptedData data, SingleDes allowed, long nowSeconds)
      throws RxkadException {
    List<ServiceKey> candidates = keys.find(data.enctype(), data.kvno());
    byte[] plain = decrypt(candidates, data);
    try (TicketPart part = TicketPart.decode(plain)) {
      if (part.isInvalid()) {
        throw new RxkadException(Violation.TICKET_NOT_VALIDATED);
      }
      if (nowSeconds > part.endSeconds()) {
        throw new RxkadException(Violation.TICKET_EXPIRED);
      }
      TicketTimes.check(part.startSeconds(), part.endSeconds(), nowSeconds);
      if (allowed == SingleDes.REFUSED && Enctype.isSingleDes(part.keyType())) {
        throw new RxkadException(
            Violation.SESSION_KEY_WEAK,
            "the ticket's session key is of single DES, which is refused");
      }
      RxkadPrincipal client = PrincipalNames.of(part.name(), part.realm(), dotted);
      SessionKey key = SessionKeys.derive(part.keyType(), part.key());
      return new ServiceTicket(client, key, part.endSeconds());
    } catch (MalformedKerberosException e) {
      throw malformed(e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** Tries each: a keytab may have keys of two principals with the same version. */
  private static byte[] decrypt(List<ServiceKey> candidates, EncryptedData data)
      throws RxkadException {
    MalformedKerberosException why = new MalformedKerberosException("no key fits");
    for (ServiceKey key : candidates) {
      try {
        return KerberosCrypto.decrypt(
            key.enctype(), key.bytes(), KerberosCrypto.USAGE_TICKET, data.cipher());
      } catch (MalformedKerberosException e) {
        why = e;
      } catch (GeneralSecurityException e) {
        throw new RxkadException(
            Violation.CIPHER_MISSING,
            "this JVM has no cipher for " + Enctype.nameOf(data.enctype()));
      }
    }
    throw new RxkadException(Violation.TICKET_NOT_OPENED, String.valueOf(why.getMessage()));
  }

  private static RxkadException malformed(MalformedKerberosException e) {
    return new RxkadException(Violation.TICKET_MALFORMED, String.valueOf(e.getMessage()));
  }
}
