package heddle.rxrpc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import heddle.rxrpc.testkit.CodeRules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The direction of dependencies: blocking API, transport, protocol, wire; nothing points left or
 * up. The two on the right are deterministic, which is what makes every network condition a unit
 * test.
 */
class ArchitectureTest {
  private static final String ROOT = "heddle.rxrpc";
  private static final String TRANSPORT = ROOT + ".transport";
  private static final String PROTOCOL = ROOT + ".protocol";
  private static final String SECURITY = ROOT + ".security";
  private static final String THREAD = ROOT + ".thread";
  private static final String TRACE = ROOT + ".trace";
  private static final String WIRE = ROOT + ".wire";
  private static final String XDR = ROOT + ".xdr";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .withImportOption(location -> !location.contains("_jcstress")) // generated
          .importPackages(ROOT);

  @Test
  void wireUsesNothingElse() {
    uses(WIRE).check(MAIN);
  }

  @Test
  void xdrUsesNothingElse() {
    uses(XDR).check(MAIN);
  }

  @Test
  void threadUsesNothingElse() {
    uses(THREAD).check(MAIN);
  }

  @Test
  void traceUsesOnlyWire() {
    uses(TRACE, WIRE).check(MAIN);
  }

  @Test
  void securityUsesOnlyWireAndXdr() {
    uses(SECURITY, WIRE, XDR).check(MAIN);
    uses(SECURITY + ".rxkad", SECURITY, SECURITY + ".krb5", WIRE, XDR).check(MAIN);
    uses(SECURITY + ".krb5").check(MAIN);
  }

  @Test
  void protocolUsesOnlyWireSecurityAndTrace() {
    uses(PROTOCOL, WIRE, SECURITY, TRACE).check(MAIN);
  }

  @Test
  void transportDoesNotKnowTheApi() {
    uses(TRANSPORT, TRANSPORT + ".libc", PROTOCOL, WIRE, SECURITY, THREAD, TRACE).check(MAIN);
  }

  @Test
  void wireAndProtocolAreDeterministic() {
    noClasses()
        .that()
        .resideInAnyPackage(WIRE, PROTOCOL)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "do I/O, know threads, read a clock, are random or log",
                ArchitectureTest::isNotDeterministic))
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .allowEmptyShould(true)
        .because("time, randomness and packets are handed to the machines")
        .check(MAIN);
  }

  @Test
  void noMonitors() throws IOException {
    assertThat(CodeRules.synchronizedIn(Path.of("src/main/java"))).isEmpty();
  }

  @Test
  void noTestSleeps() {
    CodeRules.noSleeping().check(TESTS);
  }

  private static ArchRule uses(String packageName, String... allowed) {
    return CodeRules.uses(ROOT, packageName, allowed);
  }

  private static boolean isNotDeterministic(JavaClass target) {
    String name = target.getPackageName();
    return (name.equals("java.net") && !target.isEquivalentTo(InetSocketAddress.class))
        || name.startsWith("java.util.concurrent")
        || name.startsWith("java.nio.channels")
        || name.startsWith("java.util.logging")
        || name.startsWith("org.slf4j")
        || target.isEquivalentTo(Thread.class)
        || target.isEquivalentTo(System.Logger.class)
        || target.isEquivalentTo(Clock.class)
        || target.isEquivalentTo(Instant.class)
        || target.isEquivalentTo(Random.class)
        || target.isEquivalentTo(SecureRandom.class);
  }
}
