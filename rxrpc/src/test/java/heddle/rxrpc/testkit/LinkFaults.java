package heddle.rxrpc.testkit;

/**
 * What a path does to the datagrams that one side sends; immutable, each {@code with} method
 * returns a changed copy. Probabilities are 0 to 1, each drawn for each datagram.
 *
 * @param delayNanos time from sending to arrival
 * @param jitterNanos greatest further delay; it does not change the order
 * @param loss probability that a datagram vanishes
 * @param duplicate probability that it arrives twice, the second time later
 * @param reorder probability that it is overtaken by later ones
 * @param corrupt probability that bits of it are flipped on the way; most are then dropped for
 *     their checksum, some arrive, but no longer as a packet of their connection
 * @param mtuBytes greatest IP packet that gets through whole
 * @param oversize what becomes of larger ones
 * @param bytesPerSecond what the path carries, queueing without limit; 0 is no limit
 */
public record LinkFaults(
    long delayNanos,
    long jitterNanos,
    double loss,
    double duplicate,
    double reorder,
    double corrupt,
    int mtuBytes,
    Oversize oversize,
    long bytesPerSecond) {

  /** What becomes of packets that are larger than the path's MTU. */
  public enum Oversize {
    /** They vanish, and nobody says so. */
    LOST,
    /** Routers cut those that may be cut. */
    FRAGMENTED
  }

  /** A path without faults: 1 ms there, 1,500-byte packets. */
  public static final LinkFaults NONE =
      new LinkFaults(1_000_000, 0, 0, 0, 0, 0, 1500, Oversize.LOST, 0);

  /** Returns a copy with another delay. */
  public LinkFaults withDelay(long nanos) {
    return new LinkFaults(
        nanos, jitterNanos, loss, duplicate, reorder, corrupt, mtuBytes, oversize, bytesPerSecond);
  }

  /** Returns a copy with another jitter. */
  public LinkFaults withJitter(long nanos) {
    return new LinkFaults(
        delayNanos, nanos, loss, duplicate, reorder, corrupt, mtuBytes, oversize, bytesPerSecond);
  }

  /** Returns a copy with another probability of loss. */
  public LinkFaults withLoss(double probability) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        probability,
        duplicate,
        reorder,
        corrupt,
        mtuBytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns a copy with another probability of duplication. */
  public LinkFaults withDuplicate(double probability) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        loss,
        probability,
        reorder,
        corrupt,
        mtuBytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns a copy with another probability of being overtaken. */
  public LinkFaults withReorder(double probability) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        loss,
        duplicate,
        probability,
        corrupt,
        mtuBytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns a copy with another probability of flipped bits. */
  public LinkFaults withCorrupt(double probability) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        loss,
        duplicate,
        reorder,
        probability,
        mtuBytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns a copy with another greatest packet. */
  public LinkFaults withMtu(int bytes) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        loss,
        duplicate,
        reorder,
        corrupt,
        bytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns a copy that treats what is too large in another way. */
  public LinkFaults withOversize(Oversize fate) {
    return new LinkFaults(
        delayNanos, jitterNanos, loss, duplicate, reorder, corrupt, mtuBytes, fate, bytesPerSecond);
  }

  /** Returns a copy with another rate. */
  public LinkFaults withRate(long bytesPerSecond) {
    return new LinkFaults(
        delayNanos,
        jitterNanos,
        loss,
        duplicate,
        reorder,
        corrupt,
        mtuBytes,
        oversize,
        bytesPerSecond);
  }

  /** Returns whether nothing but delay happens to a datagram. */
  public boolean isFaultless() {
    return loss == 0 && duplicate == 0 && reorder == 0 && corrupt == 0;
  }
}
