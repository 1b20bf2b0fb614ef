package heddle.afs.cell.junit;

import heddle.afs.cell.EmbeddedCell;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests an embedded cell, as parameters of test methods and of methods before and after each:
 * {@link EmbeddedCell}, its first client ({@link heddle.afs.AfsClient}), what can be made to go
 * wrong ({@link heddle.afs.cell.CellFaults}). Nested classes have what the class around them says.
 *
 * <pre>{@code
 * @AfsCell(volumes = "data")
 * class ReportTest {
 *   @Test
 *   void quotaIsTold(EmbeddedCell cell, AfsClient afs) throws IOException {
 *     cell.faults().fillQuota("data");
 *     ...
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AfsCellExtension.class)
public @interface AfsCell {
  /** How long a cell lives. */
  enum Life {
    /** Each test method has a new one, with all that is done before and after it. */
    TEST,
    /**
     * All tests of the class share one, constructors and what is done before all can have it too;
     * faults are cleared after each test.
     */
    CLASS
  }

  /** Returns the name of the cell. */
  String name() default "embedded.test";

  /**
   * Returns what anybody may do in the roots of new volumes, as {@code fs setacl} takes it: {@code
   * read}, {@code write}, {@code rl}.
   */
  String anyUser() default "read";

  /** Returns names of volumes, each mounted below the root of the cell under its name. */
  String[] volumes() default {};

  /** Returns the quota of new volumes in units of 1024 bytes; 0 is no limit. */
  int volumeQuotaBlocks() default 0;

  /** Returns how long a cell lives. */
  Life life() default Life.TEST;
}
