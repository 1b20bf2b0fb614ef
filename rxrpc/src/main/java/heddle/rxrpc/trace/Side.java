package heddle.rxrpc.trace;

/** Which side of a connection or call this endpoint is. */
public enum Side {
  /** This endpoint made the connection and calls. */
  CLIENT,
  /** This endpoint is called. */
  SERVICE
}
