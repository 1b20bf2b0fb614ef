package heddle.rxrpc.wire;

import java.util.Arrays;

/**
 * Why an ACK was sent.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; OpenAFS src/rx/rx.h (IDLE).
 */
public enum AckReason {
  /**
   * Stands for every reason that is none of the others. What such an ACK says of the window is as
   * good as that of any other; only the reason tells nothing.
   */
  UNKNOWN(0),
  /** A DATA packet asked for it. */
  REQUESTED(1),
  /** A DATA packet came twice. */
  DUPLICATE(2),
  /** A DATA packet came before one that is still missing. */
  OUT_OF_SEQUENCE(3),
  /** A DATA packet was beyond the window and was dropped. */
  EXCEEDS_WINDOW(4),
  /** A DATA packet was dropped for want of memory. */
  NO_SPACE(5),
  /** Nothing came: are you there? Wants a {@link #PING_RESPONSE}. */
  PING(6),
  /** Answer to a {@link #PING}. */
  PING_RESPONSE(7),
  /** Packets have come, and a while has passed. */
  DELAY(8),
  /** As {@link #DELAY}, where nobody waited with the answer, so that it may measure the RTT. */
  IDLE(9);

  private static final AckReason[] BY_WIRE = new AckReason[256];

  static {
    Arrays.fill(BY_WIRE, UNKNOWN);
    for (AckReason reason : values()) {
      BY_WIRE[reason.wireValue] = reason;
    }
  }

  private final int wireValue;

  AckReason(int wireValue) {
    this.wireValue = wireValue;
  }

  /** Returns the reason for a byte of an ACK; {@link #UNKNOWN} where there is none. */
  public static AckReason fromWire(int wireValue) {
    return BY_WIRE[wireValue & 0xff];
  }

  /** Returns the byte that stands for this reason in an ACK; 0 for {@link #UNKNOWN}. */
  public int wireValue() {
    return wireValue;
  }
}
