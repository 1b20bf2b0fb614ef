package heddle.rxrpc.protocol;

/**
 * Where a call is in its life. Pure: {@link #after} is the whole transition table, and a test
 * prints all of it.
 *
 * <p>Protocol source: rx-spec.txt, "Calls"; Linux net/rxrpc call_state.c (behaviour).
 */
public sealed interface CallState {
  /** The phases of a call that has not ended. */
  enum Phase implements CallState {
    /** Client: the user is still writing the request, or waits for a channel. */
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

  /** The last state: the call has ended. */
  record Complete(Completion how) implements CallState {}

  /** What makes a call move from state to state. */
  sealed interface Event {
    /** Steps that carry nothing more. */
    enum Step implements Event {
      /** The user wrote the first byte of the reply. */
      REPLY_BEGUN,
      /** The user ended the request or reply. */
      LAST_PACKET_QUEUED,
      /** The first packet of the reply came; it also acknowledges the whole request. */
      REPLY_RECEIVED,
      /** Every packet of the peer's phase is there. */
      LAST_PACKET_RECEIVED,
      /** The peer has acknowledged every packet that we sent. */
      ALL_ACKNOWLEDGED
    }

    /** The call ended. */
    record Ended(Completion how) implements Event {}
  }

  /**
   * Returns the state that follows {@code state} after {@code event}; the same state where the
   * event changes nothing.
   */
  static CallState after(CallState state, Event event) {
    if (!(state instanceof Phase phase)) {
      return state;
    }
    return switch (event) {
      case Event.Ended(Completion how) -> new Complete(how);
      case Event.Step step -> afterStep(phase, step);
    };
  }

  private static CallState afterStep(Phase phase, Event.Step step) {
    return switch (step) {
      case LAST_PACKET_QUEUED ->
          switch (phase) {
            case SENDING_REQUEST -> Phase.AWAITING_REPLY;
            case SERVING, SENDING_REPLY -> Phase.AWAITING_FINAL_ACK;
            default -> phase;
          };
      case REPLY_BEGUN -> phase == Phase.SERVING ? Phase.SENDING_REPLY : phase;
      case REPLY_RECEIVED -> phase == Phase.AWAITING_REPLY ? Phase.RECEIVING_REPLY : phase;
      case LAST_PACKET_RECEIVED ->
          switch (phase) {
            case RECEIVING_REPLY -> new Complete(Completion.Plain.SUCCEEDED);
            case RECEIVING_REQUEST -> Phase.SERVING;
            default -> phase;
          };
      case ALL_ACKNOWLEDGED ->
          phase == Phase.AWAITING_FINAL_ACK ? new Complete(Completion.Plain.SUCCEEDED) : phase;
    };
  }
}
