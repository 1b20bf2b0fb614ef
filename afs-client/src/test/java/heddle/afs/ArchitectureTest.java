package heddle.afs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import heddle.rxrpc.testkit.CodeRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The direction of dependencies: API, vnode, cache and lock, callback and location, rpc; nothing
 * points left or up, except that the API's public types (values, failures, and the interfaces that
 * the layers below implement) are everybody's words; only its entry, {@link AfsClient}, is known to
 * none.
 */
class ArchitectureTest {
  private static final String ROOT = "heddle.afs";
  private static final String AUTH = ROOT + ".auth";
  private static final String CACHE = ROOT + ".cache";
  private static final String CALLBACK = ROOT + ".callback";
  private static final String CELL = ROOT + ".cell";
  private static final String KEPT = ROOT + ".kept";
  private static final String LOCK = ROOT + ".lock";
  private static final String LOCATION = ROOT + ".location";
  private static final String NIO = ROOT + ".nio";
  private static final String RPC = ROOT + ".rpc";
  private static final String VNODE = ROOT + ".vnode";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages(ROOT);

  @Test
  void rpcIsTheBottom() {
    checkUses(RPC, AUTH);
  }

  @Test
  void authUsesOnlyRpc() {
    checkUses(AUTH, RPC);
  }

  @Test
  void locationUsesOnlyRpc() {
    checkUses(LOCATION, RPC, AUTH);
  }

  @Test
  void callbackUsesOnlyLocationAndRpc() {
    checkUses(CALLBACK, LOCATION, RPC, AUTH);
  }

  @Test
  void cacheUsesOnlyWhatIsBelowIt() {
    checkUses(CACHE, CALLBACK, LOCATION, RPC, AUTH);
  }

  @Test
  void keptUsesNothingButWordsOfTheApi() {
    checkUses(KEPT);
  }

  @Test
  void lockUsesOnlyLocationAndRpc() {
    checkUses(LOCK, LOCATION, RPC, AUTH);
  }

  @Test
  void vnodeDoesNotKnowTheApi() {
    checkUses(VNODE, LOCK, CACHE, CALLBACK, LOCATION, RPC, AUTH);
  }

  @Test
  void nothingDependsOnTheEmbeddedCellOrTheNioProvider() {
    noClasses()
        .that()
        .resideOutsideOfPackages(CELL + "..", NIO + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CELL + "..", NIO + "..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void theNioProviderStandsOnTheApi() {
    noClasses()
        .that()
        .resideInAPackage(NIO)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CACHE, CALLBACK, CELL, LOCK, LOCATION, RPC, VNODE)
        .check(MAIN);
  }

  @Test
  void theInsideOfRxrpcStaysInside() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "heddle.rxrpc.transport..", "heddle.rxrpc.protocol..", "heddle.rxrpc.wire..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void onlyRpcKnowsXdr() {
    noClasses()
        .that()
        .resideOutsideOfPackages(RPC, CELL + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("heddle.rxrpc.xdr")
        .allowEmptyShould(true)
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

  private static void checkUses(String packageName, String... allowed) {
    List<String> below = Arrays.asList(allowed);
    noClasses()
        .that()
        .resideInAPackage(packageName)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are in a package of ours other than " + below + " and no words of the API",
                (JavaClass target) ->
                    (target.getPackageName() + ".").startsWith(ROOT + ".")
                        && !target.getPackageName().equals(packageName)
                        && !below.contains(target.getPackageName())
                        && !isWordOfTheApi(target)))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  private static boolean isWordOfTheApi(JavaClass target) {
    return target.getPackageName().equals(ROOT)
        && target.getModifiers().contains(JavaModifier.PUBLIC)
        && !target.getName().matches(Pattern.quote(AfsClient.class.getName()) + "(\\$.*)?");
  }
}
