package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user of one Kerberos realm gets tokens for a cell of another. */
@NeedsCell
@NeedsRoot // to start a KDC
@OpenAfsOnly("asks KDCs only, and users of another realm are made with pts")
class OtherRealmIT {
  private static final long SECONDS = 120;
  private static final String BELLA = "bella@OTHER.EXAMPLE ";
  private static final String REFERRED = "referred.example";

  @TempDir private Path directory;

  @BeforeAll
  static void startTheOtherRealm() throws Exception {
    RealCell.run("otherrealm");
  }

  private String run(Path config, List<String> command) throws Exception {
    Path out = directory.resolve("out");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectErrorStream(true);
    builder.environment().put("KRB5_CONFIG", config.toString());
    Process process = builder.start();
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(command + ": " + Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private String kinit(Path config, String lifetime) throws Exception {
    String cache = directory.resolve(lifetime + ".cache").toString();
    String keytab = RealCell.keytab("bella").toString();
    run(
        config,
        List.of("kinit", "-l", lifetime, "-c", "FILE:" + cache, "-k", "-t", keytab, "bella"));
    return cache;
  }

  private List<String> tokens(Path config, String cell, Path keytab, String... caches)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.security.krb5.conf=" + config);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TicketProgram.class.getName(), cell, keytab.toString()));
    command.addAll(List.of(caches));
    return run(config, command).lines().filter(line -> line.contains("@")).toList();
  }

  private static long secondsBetween(List<String> tokens) {
    return Long.parseLong(tokens.get(1).substring(BELLA.length()))
        - Long.parseLong(tokens.get(0).substring(BELLA.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"capaths", "referral"})
  void aCellOfAnotherRealmBelievesATicketThatWentThroughBoth(String knowledge) throws Exception {
    Path config = RealCell.otherRealm(knowledge + ".conf");

    assertThat(tokens(config, RealCell.name(), RealCell.serviceKeytab(), kinit(config, "1h")))
        .singleElement()
        .asString()
        .startsWith(BELLA);
  }

  @Test
  void aRealmThatOnlyTheKdcKnowsIsFoundByItsReferral() throws Exception {
    Path config = RealCell.otherRealm("referral.conf");
    assertThat(Files.readString(config)).doesNotContain(REFERRED).doesNotContain("domain_realm");

    Path keytab = RealCell.otherRealm("referred.keytab");
    assertThat(tokens(config, REFERRED, keytab, kinit(config, "1h")))
        .singleElement()
        .asString()
        .startsWith(BELLA);
  }

  /** The JDK would go on with the ticket that came with the first referral. */
  @ParameterizedTest
  @ValueSource(strings = {"capaths", "referral"})
  void aNewerTicketGivesATokenThatEndsLater(String knowledge) throws Exception {
    Path config = RealCell.otherRealm(knowledge + ".conf");
    String early = kinit(config, "10m");
    String late = kinit(config, "1h");

    List<String> tokens = tokens(config, RealCell.name(), RealCell.serviceKeytab(), early, late);

    assertThat(secondsBetween(tokens)).isGreaterThan(Duration.ofMinutes(30).toSeconds());
  }
}
