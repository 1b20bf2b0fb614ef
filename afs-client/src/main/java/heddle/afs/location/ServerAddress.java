package heddle.afs.location;

import java.net.InetSocketAddress;

/** One address of a file server, and how it answered last. Thread-safe. */
final class ServerAddress {
  private static final long UNKNOWN_NANOS = Long.MAX_VALUE;

  private final InetSocketAddress socketAddress;
  private volatile long answerNanos = UNKNOWN_NANOS;
  private volatile boolean failed;

  ServerAddress(InetSocketAddress socketAddress) {
    this.socketAddress = socketAddress;
  }

  InetSocketAddress socketAddress() {
    return socketAddress;
  }

  /** The address answered a probe after that time. */
  void answeredAfter(long nanos) {
    answerNanos = nanos;
    failed = false;
  }

  /** The address answered a call, which took as long as the operation took. */
  void answered() {
    failed = false;
  }

  void failed() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }

  /** Returns how long it took to answer the last probe; the greatest value if it never did. */
  long answerNanos() {
    return answerNanos;
  }

  @Override
  public String toString() {
    return socketAddress.getAddress().getHostAddress();
  }
}
