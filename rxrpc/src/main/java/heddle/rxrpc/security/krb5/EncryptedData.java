package heddle.rxrpc.security.krb5;

/**
 * Something encrypted, and with which key.
 *
 * <p>Protocol source: RFC 4120, 5.2.9.
 *
 * @param enctype number of the encryption type
 * @param kvno version of the key, 0 if it is not said
 * @param cipher the encrypted bytes
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares or changes it
public record EncryptedData(int enctype, int kvno, byte[] cipher) {
  private static final int TICKET_TAG = DerReader.APPLICATION | 1;
  private static final int KERBEROS_VERSION = 5;

  /** Reads the encrypted part alone. */
  public static EncryptedData decode(byte[] encoded) throws MalformedKerberosException {
    var outer = new DerReader(encoded);
    EncryptedData data = decode(outer.enter(DerReader.SEQUENCE));
    outer.end();
    return data;
  }

  /** Reads a ticket, of which the rest matters only to clients. */
  public static EncryptedData ofTicket(byte[] encoded) throws MalformedKerberosException {
    var outer = new DerReader(encoded);
    DerReader ticket = outer.enterSequence(TICKET_TAG);
    outer.end();
    int version = ticket.int32(DerReader.CONTEXT);
    if (version != KERBEROS_VERSION) {
      throw new MalformedKerberosException("a ticket of version " + version);
    }
    ticket.enter(DerReader.CONTEXT | 1); // realm of the service
    ticket.enter(DerReader.CONTEXT | 2); // its name
    EncryptedData data = decode(ticket.enterSequence(DerReader.CONTEXT | 3));
    ticket.end();
    return data;
  }

  private static EncryptedData decode(DerReader in) throws MalformedKerberosException {
    int enctype = in.int32(DerReader.CONTEXT);
    int kvno = in.nextIs(DerReader.CONTEXT | 1) ? in.int32(DerReader.CONTEXT | 1) : 0;
    byte[] cipher = in.octets(DerReader.CONTEXT | 2);
    in.end();
    return new EncryptedData(enctype, kvno, cipher);
  }

  /** Returns it encoded: the encrypted part alone. */
  public byte[] encode() {
    return DerWriter.sequence(
        DerWriter.field(0, DerWriter.int32(enctype)),
        DerWriter.field(1, DerWriter.int32(kvno)),
        DerWriter.field(2, DerWriter.octets(cipher)));
  }

  @Override
  public String toString() {
    return "enctype " + enctype + " kvno " + kvno + " " + cipher.length + " bytes";
  }
}
