package heddle.rxrpc.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * This test talks to a real OpenAFS cell; it is skipped where there is none. {@code bin/test}
 * starts one; by hand: {@code bin/real-cell start}, then {@code bin/real-cell exec mvn -o verify}.
 * The cell's addresses are in {@link RealCell}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("cell")
@ExtendWith(NeedsCell.Condition.class)
public @interface NeedsCell {
  /** Whether this JVM runs on a client host of a cell. */
  final class Condition extends Requirement {
    @Override
    Optional<String> missing() {
      return RealCell.isHere()
          ? Optional.empty()
          : Optional.of("no real cell here (bin/test starts one, or: bin/real-cell exec)");
    }
  }
}
