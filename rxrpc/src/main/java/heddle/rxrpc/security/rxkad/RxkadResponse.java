package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a client answers to a challenge, in version 2: the ticket, and, encrypted with the session
 * key in it, what shows that the client knows that key and answers this challenge on this
 * connection.
 *
 * <pre>
 *  0 version = 2      4 0
 *  8 epoch           12 connection ID     16 checksum      20 security index    } encrypted
 * 24 call numbers of the four channels                                         }
 * 40 nonce + 1       44 level                                                  }
 * 48 version of the service's key         52 length of the ticket
 * 56 ticket
 * </pre>
 *
 * <p>Protocol source: OpenAFS src/rxkad/private_data.h, rxkad_client.c, rxkad_server.c (behaviour).
 *
 * <p>Deviation: the version is checked, as in Linux.
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
record RxkadResponse(byte[] fixed, int ticketType, byte[] ticket) {
  private static final int FIXED_BYTES = 56;
  private static final int SEALED_AT = 8;
  private static final int SEALED_BLOCKS = 5;
  private static final int CHECKSUM_AT = 16;
  private static final int CALL_NUMBERS_AT = 24;
  private static final int NONCE_AT = 40;
  private static final int LEVEL_AT = 44;
  private static final int CHANNELS = 4;
  private static final int CHECKSUM_SEED = 1_000_003;
  private static final int CHECKSUM_FACTOR = 0x1020_4081;

  /** What the encrypted part says, once it was found to be of this connection. */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
  record Sealed(int[] callNumbers, int incrementedNonce, int level) {}

  /** Returns the body of a RESPONSE packet. */
  static byte[] make(Place place, SessionKey key, Sealed content, int ticketType, byte[] ticket) {
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + ticket.length);
    out.putInt(RxkadChallenge.VERSION).putInt(0);
    out.putLong(place.firstBlock()).putInt(0).putInt(RxkadConnection.SECURITY_INDEX);
    for (int i = 0; i < CHANNELS; i++) {
      out.putInt(content.callNumbers[i]);
    }
    out.putInt(content.incrementedNonce).putInt(content.level);
    out.putInt(ticketType).putInt(ticket.length).put(ticket);
    byte[] body = out.array();
    out.putInt(CHECKSUM_AT, checksum(body));
    Pcbc.encrypt(key.cipher(), key.initializationVector(), body, SEALED_AT, SEALED_BLOCKS);
    return body;
  }

  /** Takes the body of a RESPONSE packet apart. */
  static RxkadResponse parse(byte[] body) throws RxkadException {
    if (body.length < FIXED_BYTES) {
      throw new RxkadException(Violation.RESPONSE_TOO_SHORT, body.length + " bytes of response");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    int version = in.getInt(0);
    if (version != RxkadChallenge.VERSION) {
      throw new RxkadException(
          Violation.RESPONSE_OF_ANOTHER_VERSION, "a response of version " + version);
    }
    int ticketType = in.getInt(FIXED_BYTES - 8);
    long ticketBytes = Integer.toUnsignedLong(in.getInt(FIXED_BYTES - 4));
    if (ticketBytes > body.length - FIXED_BYTES) {
      throw new RxkadException(Violation.TICKET_CUT);
    }
    if (ticketBytes < ServiceTicket.MIN_BYTES || ticketBytes > ServiceTicket.MAX_BYTES) {
      throw new RxkadException(Violation.TICKET_LENGTH_REFUSED, ticketBytes + " bytes");
    }
    return new RxkadResponse(
        Arrays.copyOf(body, FIXED_BYTES),
        ticketType,
        Arrays.copyOfRange(body, FIXED_BYTES, FIXED_BYTES + (int) ticketBytes));
  }

  /** Decrypts what is encrypted and checks that the client made it for this connection. */
  Sealed open(SessionKey key, Place place) throws RxkadException {
    byte[] plain = fixed.clone();
    Pcbc.decrypt(key.cipher(), key.initializationVector(), plain, SEALED_AT, SEALED_BLOCKS);
    ByteBuffer in = ByteBuffer.wrap(plain);
    int sent = in.getInt(CHECKSUM_AT);
    in.putInt(CHECKSUM_AT, 0);
    if (checksum(plain) != sent) {
      throw new RxkadException(Violation.RESPONSE_CHECKSUM_WRONG);
    }
    if (in.getLong(SEALED_AT) != place.firstBlock()
        || in.getInt(CHECKSUM_AT + 4) != RxkadConnection.SECURITY_INDEX) {
      throw new RxkadException(Violation.RESPONSE_OF_ANOTHER_CONNECTION);
    }
    int[] callNumbers = new int[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
      callNumbers[i] = in.getInt(CALL_NUMBERS_AT + Integer.BYTES * i);
      if (callNumbers[i] < 0) {
        throw new RxkadException(Violation.RESPONSE_CALL_NUMBER_NEGATIVE);
      }
    }
    return new Sealed(callNumbers, in.getInt(NONCE_AT), in.getInt(LEVEL_AT));
  }

  /** Returns the checksum of all but the ticket, in which it is 0 itself. */
  private static int checksum(byte[] body) {
    int sum = CHECKSUM_SEED;
    for (int i = 0; i < FIXED_BYTES; i++) {
      sum = sum * CHECKSUM_FACTOR + (body[i] & 0xff);
    }
    return sum;
  }

  @Override
  public String toString() {
    return "rxkad response with a ticket of " + ticket.length + " bytes, type " + ticketType;
  }
}
