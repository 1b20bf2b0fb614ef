package heddle.rxrpc.protocol;

/** Gives the serial numbers of a connection: each once, in order, never 0. */
@FunctionalInterface
public interface SerialCounter {
  /** Returns the serial of the next packet of the connection. */
  default int next() {
    return next(1);
  }

  /** Returns the serial of the first of the next {@code count} packets, which follow it. */
  int next(int count);
}
