package heddle.rxrpc.security.rxkad;

import java.util.Optional;

/**
 * How much rxkad does for each packet, the least first. Each level does what those before it do.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad.p.h, rxkad_common.c (behaviour).
 */
public enum RxkadLevel {
  /** The caller is known, and a checksum ties each header to call and sequence number. */
  CLEAR(0),
  /** The first bytes of each packet are encrypted; all others can be read, and changed. */
  AUTH(4),
  /** All of each packet is encrypted. */
  CRYPT(8);

  private final int headerBytes;

  RxkadLevel(int headerBytes) {
    this.headerBytes = headerBytes;
  }

  /** Returns the number that stands for the level in challenges and responses. */
  public int wireValue() {
    return ordinal();
  }

  /** Returns the level that a number stands for, if it is one. */
  public static Optional<RxkadLevel> fromWire(int value) {
    RxkadLevel[] levels = values();
    return value >= 0 && value < levels.length ? Optional.of(levels[value]) : Optional.empty();
  }

  /** Returns whether this level does all that {@code floor} does. */
  public boolean isAtLeast(RxkadLevel floor) {
    return compareTo(floor) >= 0;
  }

  /** Returns the bytes in front of the user's data in each packet. */
  int headerBytes() {
    return headerBytes;
  }

  /** Returns how many bytes of user's data go into a payload of so many bytes. */
  int userBytes(int payloadBytes) {
    int whole = this == CRYPT ? payloadBytes & -Fcrypt.BLOCK_BYTES : payloadBytes;
    return whole - headerBytes;
  }

  /** Returns how long the payload is that holds so many bytes of user's data. */
  int payloadBytes(int userBytes) {
    int bytes = headerBytes + userBytes;
    return switch (this) {
      case CLEAR -> bytes;
      case AUTH -> Math.max(bytes, Fcrypt.BLOCK_BYTES);
      case CRYPT -> (bytes + Fcrypt.BLOCK_BYTES - 1) & -Fcrypt.BLOCK_BYTES;
    };
  }
}
