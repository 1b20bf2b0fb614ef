package heddle.bench;

import java.io.IOException;

/** Something that is measured beside others, one sample after the other. */
interface Contender extends AutoCloseable {
  /** Returns the name for tables and charts. */
  String label();

  /**
   * Measures once.
   *
   * @throws IOException if that failed; the others go on
   * @throws InterruptedException if the user wants no more
   */
  Sample sample() throws IOException, InterruptedException;

  /**
   * Does what a first sample would do, where the first is not like the others: a server's JVM is
   * slow before it is warm.
   */
  default void warmUp() throws IOException, InterruptedException {}

  /** Ends what was started for the samples. */
  @Override
  void close();
}
