/**
 * Measures Heddle, and others beside it. Begin with {@link heddle.bench.Rxperf}, the command {@code
 * heddle rxperf}; {@code bench/README.md} says how to read what it prints.
 */
@NullMarked
package heddle.bench;

import org.jspecify.annotations.NullMarked;
