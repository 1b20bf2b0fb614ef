package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;

/**
 * What a channel remembers of its last call, to answer packets that come late: the final
 * acknowledgement or the abort, once more.
 *
 * @param receivedUpTo first sequence number that was not received
 * @param endedNanos when it ended
 * @param unanswered how many of its packets had been sent and not acknowledged when it ended
 * @param ackOwed client: whether the end of the reply is still to be acknowledged
 */
record LastCall(
    int callNumber,
    Completion how,
    int receivedUpTo,
    long endedNanos,
    int unanswered,
    boolean ackOwed) {
  static final LastCall NONE = new LastCall(0, Completion.Plain.SUCCEEDED, 1, 0, 0, false);

  LastCall acknowledged() {
    return new LastCall(callNumber, how, receivedUpTo, endedNanos, unanswered, false);
  }
}
