package heddle.rxrpc.protocol;

/** Whether the network may send a datagram on in pieces. */
public enum Fragmentation {
  /** Whoever finds it too long may cut it. */
  ALLOWED,
  /** Too long a datagram is lost, which is how the path MTU is found. */
  FORBIDDEN,
  /**
   * Our own system is to send it in pieces that every path carries, where it can be told to: larger
   * ones get lost and nobody says so.
   */
  AT_ONCE
}
