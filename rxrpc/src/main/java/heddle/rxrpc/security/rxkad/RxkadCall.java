package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.Violation;
import java.nio.ByteBuffer;

/**
 * rxkad for the packets of one call.
 *
 * <p>The header in a packet is a word, 16 bits of call and sequence number and 16 bits of length,
 * and at level crypt a second word that is 0. At level auth the block that begins with that word is
 * encrypted, at level crypt all blocks, and each is what tells that nobody has made the packet up.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_common.c, crypt_conn.c (behaviour).
 *
 * <p>Deviation: a packet without checksum is refused, as in Linux; OpenAFS takes one as long as it
 * has seen no checksum on the connection. A packet that claims to hold more than its length is
 * refused where OpenAFS counts the header in.
 */
final class RxkadCall implements CallSecurity {
  private static final int BLOCK_BYTES = Fcrypt.BLOCK_BYTES;
  private static final int MAX_USER_BYTES = 0xffff;
  private static final int SEQ_MASK = 0x3fff_ffff;

  private final RxkadConnection connection;
  private final RxkadLevel level;
  private final Fcrypt cipher;
  private final int channel;
  private final int callNumber;

  RxkadCall(RxkadConnection connection, int channel, int callNumber) {
    this.connection = connection;
    this.level = connection.level();
    this.cipher = connection.cipher();
    this.channel = channel;
    this.callNumber = callNumber;
  }

  @Override
  public int headerBytes() {
    return level.headerBytes();
  }

  @Override
  public int userBytes(int payloadBytes) {
    return level.userBytes(payloadBytes);
  }

  @Override
  public int payloadBytes(int userBytes) {
    return level.payloadBytes(userBytes);
  }

  @Override
  public int checksum(int seq) {
    long header = Fcrypt.join(callNumber, channel << 30 | (seq & SEQ_MASK));
    int sum = (int) cipher.encrypt(header ^ connection.headerMask()) >>> 16;
    return sum == 0 ? 1 : sum; // 0 is for packets that have none
  }

  @Override
  public int seal(int seq, byte[] packet, int userBytes) throws RxkadException {
    connection.checkUsable();
    int payloadBytes = level.payloadBytes(checkedLength(userBytes));
    for (int i = level.headerBytes() + userBytes; i < payloadBytes; i++) {
      packet[i] = 0;
    }
    switch (level) {
      case CLEAR -> {}
      case AUTH -> {
        long block = Pcbc.block(packet, 0) & 0xffff_ffffL;
        Pcbc.block(packet, 0, cipher.encrypt(header(seq, userBytes) | block));
      }
      case CRYPT -> {
        Pcbc.block(packet, 0, header(seq, userBytes));
        long iv = connection.initializationVector();
        Pcbc.encrypt(cipher, iv, packet, 0, payloadBytes / BLOCK_BYTES);
      }
    }
    connection.checkNotClosed();
    return payloadBytes;
  }

  @Override
  public int seal(int seq, ByteBuffer source, int userBytes, byte[] packet) throws RxkadException {
    if (level != RxkadLevel.CRYPT) {
      source.get(packet, level.headerBytes(), checkedLength(userBytes));
      return seal(seq, packet, userBytes);
    }
    connection.checkUsable();
    int payloadBytes = level.payloadBytes(checkedLength(userBytes));
    long header = header(seq, userBytes);
    long sealed = cipher.encrypt(header ^ connection.initializationVector());
    Pcbc.block(packet, 0, sealed);
    int whole = userBytes / BLOCK_BYTES;
    long chain = Pcbc.encrypt(cipher, header ^ sealed, source, packet, BLOCK_BYTES, whole);
    int rest = userBytes % BLOCK_BYTES;
    if (rest > 0) {
      long last = Pcbc.paddedBlock(source, source.position(), rest);
      Pcbc.block(packet, payloadBytes - BLOCK_BYTES, cipher.encrypt(last ^ chain));
      source.position(source.position() + rest);
    }
    connection.checkNotClosed();
    return payloadBytes;
  }

  @Override
  public int open(int seq, int checksum, byte[] packet, int payloadBytes) throws RxkadException {
    connection.checkUsable();
    if (checksum != checksum(seq)) {
      throw new RxkadException(Violation.CHECKSUM_WRONG);
    }
    if (level == RxkadLevel.CLEAR) {
      return payloadBytes;
    }
    if (payloadBytes < BLOCK_BYTES) {
      throw new RxkadException(Violation.PACKET_TOO_SHORT);
    }
    if (level == RxkadLevel.AUTH) {
      Pcbc.block(packet, 0, cipher.decrypt(Pcbc.block(packet, 0)));
    } else if (payloadBytes % BLOCK_BYTES == 0) {
      long iv = connection.initializationVector();
      Pcbc.decrypt(cipher, iv, packet, 0, payloadBytes / BLOCK_BYTES);
    } else {
      throw new RxkadException(Violation.PACKET_NOT_IN_BLOCKS);
    }
    int userBytes = opened(seq, (int) (Pcbc.block(packet, 0) >>> 32), payloadBytes);
    connection.checkNotClosed();
    return userBytes;
  }

  private int opened(int seq, int word, int payloadBytes) throws RxkadException {
    if (word >>> 16 != place(seq)) {
      throw new RxkadException(Violation.SEALED_ELSEWHERE);
    }
    int userBytes = word & 0xffff;
    if (userBytes > payloadBytes - level.headerBytes()) {
      throw new RxkadException(
          Violation.LENGTH_WRONG, userBytes + " bytes in a payload of " + payloadBytes);
    }
    return userBytes;
  }

  private long header(int seq, int userBytes) {
    return (long) (place(seq) << 16 | userBytes) << 32;
  }

  private int place(int seq) {
    return (seq ^ callNumber) & 0xffff;
  }

  private static int checkedLength(int userBytes) {
    if (userBytes < 0 || userBytes > MAX_USER_BYTES) {
      throw new IllegalArgumentException(userBytes + " bytes in one packet");
    }
    return userBytes;
  }

  @Override
  public String toString() {
    return connection + " call " + Integer.toUnsignedString(callNumber);
  }
}
