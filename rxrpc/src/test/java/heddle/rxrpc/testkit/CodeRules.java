package heddle.rxrpc.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules that hold in every module. */
public final class CodeRules {
  /** Comments, character and string literals: where a keyword is just a word. */
  private static final Pattern NO_CODE =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])*'",
          Pattern.DOTALL);

  private static final Pattern SYNCHRONIZED = Pattern.compile("\\bsynchronized\\b");

  private CodeRules() {}

  /**
   * A test that sleeps is slow on a fast machine and fails on a slow one: wait for what must
   * happen, or use simulated time.
   */
  public static ArchRule noSleeping() {
    return noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class)
        .allowEmptyShould(true)
        .because("a sleeping test is slow here and flaky there");
  }

  /**
   * Classes of {@code packageName} use, of the packages below {@code root}, only those listed
   * (without their own sub-packages).
   */
  public static ArchRule uses(String root, String packageName, String... allowed) {
    List<String> ours = new ArrayList<>(List.of(allowed));
    ours.add(packageName);
    return noClasses()
        .that()
        .resideInAPackage(packageName)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are in a package of ours other than " + ours,
                (JavaClass target) ->
                    (target.getPackageName() + ".").startsWith(root + ".")
                        && !ours.contains(target.getPackageName())))
        .allowEmptyShould(true);
  }

  /**
   * Returns the places in the Java sources under {@code directory} that say {@code synchronized},
   * as {@code file:line}. Before JDK 24 a virtual thread that waits in a monitor pins its carrier,
   * so Heddle uses {@code ReentrantLock}. The byte code rules cannot see a block.
   */
  public static List<String> synchronizedIn(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String code =
            NO_CODE
                .matcher(Files.readString(file))
                .replaceAll(match -> match.group().replaceAll("[^\n]", ""));
        String[] lines = code.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
          if (SYNCHRONIZED.matcher(lines[i]).find()) {
            found.add(file + ":" + (i + 1));
          }
        }
      }
    }
    return found;
  }
}
