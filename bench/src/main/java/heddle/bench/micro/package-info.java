/**
 * JMH benchmarks of the parts of Rx; {@code heddle rxperf jmh} runs them and {@code
 * bench/README.md} says how to read them.
 */
@NullMarked
package heddle.bench.micro;

import org.jspecify.annotations.NullMarked;
