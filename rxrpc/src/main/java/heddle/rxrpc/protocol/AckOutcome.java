package heddle.rxrpc.protocol;

/**
 * What an acknowledgement told us.
 *
 * @param newlyArrived packets known to have arrived that were not before
 * @param rttNanos round-trip time of the packet whose serial it quotes, or -1
 * @param newestSentNanos when the newest of the newly arrived packets was sent
 * @param advanced whether the hard acknowledgement moved
 */
record AckOutcome(int newlyArrived, long rttNanos, long newestSentNanos, boolean advanced) {
  static final AckOutcome NOTHING = new AckOutcome(0, -1, 0, false);
}
