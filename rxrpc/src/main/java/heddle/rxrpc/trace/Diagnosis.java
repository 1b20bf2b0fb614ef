package heddle.rxrpc.trace;

/** Which questions of strangers an endpoint answers. */
public enum Diagnosis {
  /** Version and the whole of {@code rxdebug}: who has connections here, what they do. */
  ALL,
  /** Only which version this is. */
  VERSION_ONLY,
  /** None. */
  NONE
}
