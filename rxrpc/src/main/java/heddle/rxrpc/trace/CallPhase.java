package heddle.rxrpc.trace;

/** Where a call is in its life, or was when it ended. */
public enum CallPhase {
  /** Client: no channel is free, or the user has not sent anything yet. */
  WAITING_FOR_CHANNEL,
  /** Client: the user is still writing the request. */
  SENDING_REQUEST,
  /** Client: the request is complete; nothing of the reply is there. */
  AWAITING_REPLY,
  /** Client: part of the reply is there. */
  RECEIVING_REPLY,
  /** Service: the request is not complete. */
  RECEIVING_REQUEST,
  /** Service: the request is complete; nothing of the reply was sent. */
  SERVING,
  /** Service: the reply is being written. */
  SENDING_REPLY,
  /** Service: the reply is complete but not acknowledged. */
  AWAITING_FINAL_ACK
}
