package heddle.rxrpc.protocol;

/** Whether the network may send a datagram on in pieces. */
public enum Fragmentation {
  /** Whoever finds it too long may cut it. */
  ALLOWED,
  /** Too long a datagram is lost, which is how the path MTU is found. */
  FORBIDDEN
}
