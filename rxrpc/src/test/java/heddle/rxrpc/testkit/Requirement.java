package heddle.rxrpc.testkit;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a test where something that it needs is not there, and says what, once for each JVM, since
 * a build's output shows the number of skipped tests but no reasons.
 */
abstract class Requirement implements ExecutionCondition {
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  /** Returns what is missing, or empty if the test can run. */
  abstract Optional<String> missing();

  @Override
  public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = missing();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("all there");
    }
    if (SAID.add(missing.get())) {
      System.err.println("Skipping tests: " + missing.get());
    }
    return ConditionEvaluationResult.disabled(missing.get());
  }
}
