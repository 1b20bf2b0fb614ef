package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the packets of an endpoint may take that nobody has read yet.
 *
 * <p>Each call may take a share of what is free, so that those which come first leave something for
 * the others, and one that has nothing may always take one packet: so each goes on when its reader
 * reads, however full the budget is, and the budget is exceeded by one packet a call at most. What
 * a call takes it keeps for its next packets, and gives back when it ends; where the budget runs
 * short it gives back each packet as it is read. Thread-safe.
 */
final class ReceiveBudget {
  /** A call takes this part of what is free, all told. */
  private static final int SHARES = 16;

  private static final int MOST_PACKETS = 1 << 20; // more than any window

  /** What a packet is taken for before it has come: the largest that comes without jumbograms. */
  static final int PACKET_BYTES = 1444;

  private final long totalBytes;
  private final AtomicLong used = new AtomicLong();

  ReceiveBudget(long totalBytes) {
    this.totalBytes = totalBytes;
  }

  /** Returns how many further packets of so many bytes a call may take. */
  int share(int packetBytes) {
    long free = Math.max(0, totalBytes - used.get());
    return (int) Math.min(MOST_PACKETS, free / SHARES / packetBytes);
  }

  /** Returns whether what is not needed just now should be given back. */
  boolean isShort() {
    return used.get() > totalBytes / 2;
  }

  void take(long bytes) {
    used.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    long left = used.addAndGet(-bytes);
    assert left >= 0 : "more given back than was taken";
  }

  /** Returns how many bytes are taken. */
  long usedBytes() {
    return used.get();
  }
}
