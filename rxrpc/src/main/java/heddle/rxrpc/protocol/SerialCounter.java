package heddle.rxrpc.protocol;

/** Gives the serial numbers of a connection: from 1 on, each once, never 0. */
@FunctionalInterface
public interface SerialCounter {
  /** Returns the serial of the next packet of the connection. */
  int next();
}
