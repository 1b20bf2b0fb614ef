package heddle.rxrpc.protocol;

/** One DATA packet from the first byte the user gave to the acknowledgement that frees it. */
final class TxPacket {
  enum State {
    /** Being filled, or filled and never sent. */
    QUEUED,
    /** Sent, neither acknowledged nor lost. */
    IN_FLIGHT,
    /** Soft-acknowledged: arrived, but the peer may still drop it. */
    ARRIVED,
    /** To be sent again. */
    LOST
  }

  byte[] data = new byte[0];
  int length; // bytes of data in use
  boolean last;
  State state = State.QUEUED;
  int serial; // of the last transmission
  long sentNanos; // of the last transmission
  int transmissions;
  int datagramBytes; // of the last transmission, what was sent along with it included

  void recycle() {
    length = 0;
    last = false;
    state = State.QUEUED;
    transmissions = 0;
  }

  /** Makes room for {@code bytes} in all, keeping what is there. */
  void ensure(int bytes) {
    if (data.length < bytes) {
      byte[] larger = new byte[bytes];
      System.arraycopy(data, 0, larger, 0, length);
      data = larger;
    }
  }
}
