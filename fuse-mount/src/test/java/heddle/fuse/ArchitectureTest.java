package heddle.fuse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import heddle.rxrpc.testkit.CodeRules;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The mount and the command line know the AFS client's API, not its inside and not Rx. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("heddle.fuse", "heddle.cli");

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages("heddle.fuse", "heddle.cli", "heddle.it");

  @Test
  void onlyTheApiOfTheAfsClientIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "heddle.afs.rpc..",
            "heddle.afs.location..",
            "heddle.afs.callback..",
            "heddle.afs.cache..",
            "heddle.afs.vnode..",
            "heddle.rxrpc.transport..",
            "heddle.rxrpc.protocol..",
            "heddle.rxrpc.wire..",
            "heddle.bench..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void theMountDoesNotKnowTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage("heddle.fuse..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("heddle.cli..")
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
}
