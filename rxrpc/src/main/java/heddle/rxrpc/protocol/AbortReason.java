package heddle.rxrpc.protocol;

/** Why this side aborted a call: the rule that was broken, or who asked for it. */
public enum AbortReason {
  USER("the user aborted the call"),
  USER_CLOSED("the user closed the call before its end"),
  USER_INTERRUPTED("the thread of the user was interrupted"),
  HANDLER_FAILED("the handler of the service failed"),
  HANDLER_ABORTED("the handler of the service aborted the call"),
  NO_SUCH_SERVICE("nobody serves this service ID here"),
  REJECTED("the service rejected the call"),
  LENGTH_MISMATCH("the request had not the length that was declared"),
  EARLY_REPLY("the peer replied before the end of the request"),
  DATA_BEYOND_LAST("a packet came with a sequence number beyond the last one"),
  LAST_PACKET_MOVED("two different packets claimed to be the last"),
  LAST_PACKET_TOO_EARLY("a packet claimed to be the last before one already received"),
  SECURITY_FAILED("a packet failed its security check"),
  REPLAYED("a call that its client is past came again"),
  CALLER_UNKNOWN("nobody answered the question who calls"),
  SUPERSEDED("the client began its next call on the channel before this one had ended"),
  PACKET_TOO_SHORT("a packet was too short for its security class");

  private final String text;

  AbortReason(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
