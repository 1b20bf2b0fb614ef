package heddle.rxrpc.transport;

/** The clock of an endpoint; a simulation brings its own. */
@FunctionalInterface
public interface NanoClock {
  /** Returns nanoseconds from an arbitrary origin, never going back. */
  long nanoTime();

  /** Returns the clock of the machine. */
  static NanoClock system() {
    return System::nanoTime;
  }
}
