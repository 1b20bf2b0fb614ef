package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;

/**
 * What a channel remembers of its last call, to answer packets that come late: the final
 * acknowledgement or the abort, once more.
 *
 * @param receivedUpTo first sequence number that was not received
 */
record LastCall(int callNumber, Completion how, int receivedUpTo) {
  static final LastCall NONE = new LastCall(0, Completion.Plain.SUCCEEDED, 1);
}
