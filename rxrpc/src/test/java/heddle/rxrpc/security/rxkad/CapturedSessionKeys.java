package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.krb5.EncryptedData;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.KerberosCrypto;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import heddle.rxrpc.security.krb5.TicketPart;
import heddle.rxrpc.testkit.PcapReader;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.ResponsePacket;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens the tickets that clients have sent to services, with the keys of these. */
public final class CapturedSessionKeys {
  private CapturedSessionKeys() {}

  /**
   * Returns the session keys of all responses in a capture whose tickets can be opened: that of
   * Kerberos, and what rxkad makes of it. What cannot be opened is of somebody else.
   */
  public static List<byte[]> of(Path capture, List<Keytab.Entry> services) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    for (PcapReader.Datagram datagram : PcapReader.read(capture)) {
      try {
        if (PacketCodec.decode(datagram.buffer()) instanceof ResponsePacket packet) {
          RxkadResponse response = RxkadResponse.parse(packet.body());
          encrypted(response).ifPresent(data -> addKeys(keys, data, services));
        }
      } catch (MalformedPacketException | RxkadException e) {
        // no response of rxkad
      }
    }
    return keys;
  }

  private static Optional<EncryptedData> encrypted(RxkadResponse response) {
    try {
      return switch (response.ticketType()) {
        case ServiceTicket.KERBEROS_5 -> Optional.of(EncryptedData.ofTicket(response.ticket()));
        case ServiceTicket.KERBEROS_5_ENCRYPTED_PART ->
            Optional.of(EncryptedData.decode(response.ticket()));
        default -> Optional.empty();
      };
    } catch (MalformedKerberosException e) {
      return Optional.empty();
    }
  }

  private static void addKeys(List<byte[]> keys, EncryptedData data, List<Keytab.Entry> services) {
    for (Keytab.Entry service : services) {
      try {
        if (service.enctype() == data.enctype()) {
          addKeys(keys, decrypted(data, service));
        }
      } catch (MalformedKerberosException | RxkadException | GeneralSecurityException e) {
        // not that key
      }
    }
  }

  private static byte[] decrypted(EncryptedData data, Keytab.Entry service)
      throws MalformedKerberosException, GeneralSecurityException {
    Enctype enctype = Enctype.ofNumber(service.enctype()).orElseThrow();
    return KerberosCrypto.decrypt(
        enctype, service.key(), KerberosCrypto.USAGE_TICKET, data.cipher());
  }

  private static void addKeys(List<byte[]> keys, byte[] plain)
      throws MalformedKerberosException, RxkadException {
    try (TicketPart part = TicketPart.decode(plain)) {
      keys.add(part.key().clone());
      keys.add(SessionKeys.derive(part.keyType(), part.key()).toBytes());
    }
  }
}
