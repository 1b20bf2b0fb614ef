package heddle.rxrpc.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * This test of a cell is run on OpenAFS's servers only, not on those of an embedded cell. All of
 * these tests are listed, with their reasons, in {@code docs/testing.md}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("openafs-only")
public @interface OpenAfsOnly {
  /** What the test is about that an embedded cell cannot have. */
  String value();
}
