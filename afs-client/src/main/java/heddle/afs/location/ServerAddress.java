package heddle.afs.location;

import heddle.afs.ServerFacts;
import java.net.InetSocketAddress;
import java.util.Optional;

/** One address of a file server, and how it answered last. Thread-safe. */
final class ServerAddress {
  private static final long UNKNOWN_NANOS = Long.MAX_VALUE;

  private final InetSocketAddress socketAddress;
  private final ServerRanks ranks;
  private volatile long answerNanos = UNKNOWN_NANOS;
  private volatile boolean failed;
  private volatile boolean hasAnswered;

  ServerAddress(InetSocketAddress socketAddress, ServerRanks ranks) {
    this.socketAddress = socketAddress;
    this.ranks = ranks;
  }

  InetSocketAddress socketAddress() {
    return socketAddress;
  }

  /** The address answered a probe after that time. */
  void answeredAfter(long nanos) {
    answerNanos = nanos;
    failed = false;
    hasAnswered = true;
  }

  /** The address answered a call, which took as long as the operation took. */
  void answered() {
    failed = false;
    hasAnswered = true;
  }

  /** Returns whether it ever answered. */
  boolean hasAnswered() {
    return hasAnswered;
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

  /** Returns whether somebody gave the address a rank. */
  boolean isRanked() {
    return ranks.given(socketAddress.getAddress()).isPresent();
  }

  /** Returns its rank: the lowest is asked first. */
  int rank() {
    return ranks.rank(socketAddress.getAddress(), answerNanos);
  }

  /** Returns its rank without regard to how fast it answers. */
  int givenRank() {
    return ranks.rank(socketAddress.getAddress(), 0);
  }

  /** Returns what is known of the address. */
  ServerFacts.Address facts() {
    long nanos = answerNanos;
    return new ServerFacts.Address(
        socketAddress.getAddress(),
        rank(),
        nanos == UNKNOWN_NANOS ? Optional.empty() : Optional.of(nanos));
  }

  @Override
  public String toString() {
    return socketAddress.getAddress().getHostAddress();
  }
}
