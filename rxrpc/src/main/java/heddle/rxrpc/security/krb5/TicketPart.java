package heddle.rxrpc.security.krb5;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the KDC tells the service in the encrypted part of a ticket, as far as rxkad wants to know.
 *
 * <p>Protocol source: RFC 4120, 5.3.
 *
 * @param flags bit 0 is the highest
 * @param keyType encryption type of the session key
 * @param key the session key; {@link #close} overwrites it
 * @param realm of the client
 * @param name of the client, its components
 * @param startSeconds from when the ticket is good, since 1970
 * @param endSeconds until when, since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
public record TicketPart(
    int flags,
    int keyType,
    byte[] key,
    String realm,
    List<String> name,
    long startSeconds,
    long endSeconds)
    implements AutoCloseable {
  private static final int TAG = DerReader.APPLICATION | 3;
  private static final int INVALID = 1 << (31 - 7);
  private static final int TRANSITED_POLICY_CHECKED = 1 << (31 - 12);
  private static final int NAME_TYPE_PRINCIPAL = 1;
  private static final int MAX_COMPONENTS = 16;

  /** Copies the list. */
  public TicketPart {
    name = List.copyOf(name);
  }

  /** Returns what a service prints for itself. */
  public static TicketPart printed(
      int keyType, byte[] key, List<String> name, long startSeconds, long endSeconds) {
    return new TicketPart(
        TRANSITED_POLICY_CHECKED, keyType, key, "", name, startSeconds, endSeconds);
  }

  /** Returns whether the KDC has not validated the ticket yet. */
  public boolean isInvalid() {
    return (flags & INVALID) != 0;
  }

  /**
   * Reads it from what the ticket held encrypted. What follows the structure is ignored: some
   * encryption types pad, and it was the KDC who wrote it.
   */
  public static TicketPart decode(byte[] plain) throws MalformedKerberosException {
    DerReader in = new DerReader(plain).enterSequence(TAG);
    int flags = in.flags(DerReader.CONTEXT);
    DerReader keyFields = in.enterSequence(DerReader.CONTEXT | 1);
    int keyType = keyFields.int32(DerReader.CONTEXT);
    byte[] key = keyFields.octets(DerReader.CONTEXT | 1);
    try {
      keyFields.end();
      String realm = in.string(DerReader.CONTEXT | 2);
      List<String> name = name(in.enterSequence(DerReader.CONTEXT | 3));
      in.enter(DerReader.CONTEXT | 4); // realms on the way
      long authenticated = in.seconds(DerReader.CONTEXT | 5);
      long start =
          in.nextIs(DerReader.CONTEXT | 6) ? in.seconds(DerReader.CONTEXT | 6) : authenticated;
      long end = in.seconds(DerReader.CONTEXT | 7);
      in.skipOptional(DerReader.CONTEXT | 8); // renewable until
      in.skipOptional(DerReader.CONTEXT | 9); // addresses
      in.skipOptional(DerReader.CONTEXT | 10); // authorization data
      in.end();
      return new TicketPart(flags, keyType, key, realm, name, start, end);
    } catch (MalformedKerberosException e) {
      Arrays.fill(key, (byte) 0);
      throw e;
    }
  }

  private static List<String> name(DerReader in) throws MalformedKerberosException {
    in.int32(DerReader.CONTEXT); // what type of name
    DerReader components = in.enterSequence(DerReader.CONTEXT | 1);
    in.end();
    List<String> name = new ArrayList<>();
    while (components.hasMore()) {
      if (name.size() == MAX_COMPONENTS) {
        throw new MalformedKerberosException("a name of too many components");
      }
      name.add(components.string());
    }
    return name;
  }

  /** Returns it encoded, to be encrypted. */
  public byte[] encode() {
    byte[][] components = name.stream().map(DerWriter::string).toArray(byte[][]::new);
    return DerWriter.value(
        TAG,
        DerWriter.sequence(
            DerWriter.field(0, DerWriter.flags(flags)),
            DerWriter.field(
                1,
                DerWriter.sequence(
                    DerWriter.field(0, DerWriter.int32(keyType)),
                    DerWriter.field(1, DerWriter.octets(key)))),
            DerWriter.field(2, DerWriter.string(realm)),
            DerWriter.field(
                3,
                DerWriter.sequence(
                    DerWriter.field(0, DerWriter.int32(NAME_TYPE_PRINCIPAL)),
                    DerWriter.field(1, DerWriter.sequence(components)))),
            DerWriter.field(
                4,
                DerWriter.sequence(
                    DerWriter.field(0, DerWriter.int32(0)),
                    DerWriter.field(1, DerWriter.octets(new byte[0])))),
            DerWriter.field(5, DerWriter.seconds(startSeconds)),
            DerWriter.field(7, DerWriter.seconds(endSeconds))));
  }

  /** Overwrites the session key. */
  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "ticket of " + String.join("/", name) + "@" + realm; // and nothing of the key
  }
}
