package heddle.rxrpc.protocol;

/**
 * What an acknowledgement told us.
 *
 * @param newlyArrived packets known to have arrived that were not before
 * @param longest bytes of the user in the longest of them
 * @param rttNanos round-trip time of the packet whose serial it quotes, or -1
 * @param newest the newest transmission that is now known to have arrived
 * @param lossWasWrong whether a packet arrived that was taken for lost and not sent again
 */
record AckOutcome(int newlyArrived, int longest, long rttNanos, Sent newest, boolean lossWasWrong) {
  static final AckOutcome NOTHING = new AckOutcome(0, 0, -1, Sent.NEVER, false);

  /**
   * One transmission. Serials tell which of two was later, even within one burst, whose
   * transmissions all have the same time.
   *
   * @param serial serial of the packet, 0 for none
   */
  record Sent(int serial, long nanos) {
    static final Sent NEVER = new Sent(0, 0);

    boolean isSet() {
      return serial != 0;
    }
  }
}
