/**
 * Embedded cells for JUnit 5. Only tests need this package, and only it needs JUnit, which whoever
 * uses it has anyway.
 */
@NullMarked
package heddle.afs.cell.junit;

import org.jspecify.annotations.NullMarked;
