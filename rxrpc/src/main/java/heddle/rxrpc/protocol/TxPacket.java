package heddle.rxrpc.protocol;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import java.nio.ByteBuffer;

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
  int length; // bytes of data in use: the payload, with what a security class adds
  int overheadBytes; // of these, what is not the user's
  int checksum; // for the header
  boolean sealed; // by the security class, if there is one: takes nothing more
  boolean last;
  State state = State.QUEUED;
  int serial; // of the last transmission
  long sentNanos; // of the last transmission
  int transmissions;
  int datagramBytes; // of the last transmission, what was sent along with it included

  void recycle() {
    length = 0;
    overheadBytes = 0;
    checksum = 0;
    sealed = false;
    last = false;
    state = State.QUEUED;
    transmissions = 0;
  }

  /** Returns how much of the user's data it holds. */
  int userBytes() {
    return length - overheadBytes;
  }

  /** Adds user's data that is to be sealed later, behind room for so many bytes of header. */
  void add(ByteBuffer source, int count, int headerBytes) {
    if (length == 0) {
      length = headerBytes;
      overheadBytes = headerBytes;
    }
    source.get(data, length, count);
    length += count;
  }

  /** Seals what was added. */
  void seal(CallSecurity security, int seq) throws SecurityViolationException {
    int userBytes = userBytes();
    sealed(security, seq, userBytes, security.seal(seq, data, userBytes));
  }

  /** Fills the packet, which is empty, and seals it in one pass. */
  void seal(CallSecurity security, int seq, ByteBuffer source, int count)
      throws SecurityViolationException {
    sealed(security, seq, count, security.seal(seq, source, count, data));
  }

  private void sealed(CallSecurity security, int seq, int userBytes, int payloadBytes) {
    length = payloadBytes;
    overheadBytes = payloadBytes - userBytes;
    checksum = security.checksum(seq);
    sealed = true;
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
