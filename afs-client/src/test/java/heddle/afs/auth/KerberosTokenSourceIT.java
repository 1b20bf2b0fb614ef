package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real KDC gives tickets, and whoever has the keys of the cell's servers believes them. */
@NeedsCell
class KerberosTokenSourceIT {
  private static final long KINIT_SECONDS = 30;

  @TempDir private Path directory;

  @BeforeAll
  static void useTheConfigurationOfTheCell() {
    System.setProperty("java.security.krb5.conf", RealCell.kerberosConfig().toString());
  }

  private static List<String> databaseHosts() {
    return List.of("db1." + RealCell.name());
  }

  private CredentialCache kinit(String user) throws Exception {
    return kinit(user, "10h");
  }

  private CredentialCache kinit(String user, String lifetime) throws Exception {
    Path cache = directory.resolve(user + ".cache");
    Process kinit =
        new ProcessBuilder("kinit", "-l", lifetime, "-c", "FILE:" + cache, user)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("kinit.out").toFile())
            .start();
    try (var password = kinit.outputWriter()) {
      password.write(user + "pw\n");
    }
    assertThat(kinit.waitFor(KINIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kinit.exitValue()).as(Files.readString(directory.resolve("kinit.out"))).isZero();
    return new CredentialCache(cache);
  }

  @Test
  void aTicketFromACacheIsATokenOfItsOwner() throws Exception {
    RxkadToken token =
        KerberosTokenSource.of(kinit("alice")).token(RealCell.name(), databaseHosts());

    assertThat(token.client()).isEqualTo("alice@TEST.EXAMPLE");
    assertThat(token.expiry())
        .isAfter(Instant.now().plus(Duration.ofHours(1)))
        .isBefore(Instant.now().plus(Duration.ofHours(25)));
    assertThat(TicketProgram.believedBy(ServiceKeys.ofKeytab(RealCell.serviceKeytab()), token))
        .isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void aSourceSeesTheTicketThatKinitPutInPlaceOfAnother() throws Exception {
    CredentialCache cache = kinit("alice", "10m");
    KerberosTokenSource source = KerberosTokenSource.of(cache);

    RxkadToken early = source.token(RealCell.name(), databaseHosts());
    CredentialCache renewed = kinit("alice", "1h");
    RxkadToken late = source.token(RealCell.name(), databaseHosts());

    assertThat(renewed).isEqualTo(cache);
    assertThat(late.expiry()).isAfter(early.expiry().plus(Duration.ofMinutes(30)));
    assertThat(TicketProgram.believedBy(ServiceKeys.ofKeytab(RealCell.serviceKeytab()), late))
        .isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void aKeyInAKeytabIsAToken() throws Exception {
    KerberosTokenSource source = KerberosTokenSource.ofKeytab(RealCell.keytab("bob"), "bob");

    RxkadToken token = source.token(RealCell.name(), databaseHosts());

    assertThat(TicketProgram.believedBy(ServiceKeys.ofKeytab(RealCell.serviceKeytab()), token))
        .isEqualTo("bob@TEST.EXAMPLE");
    assertThat(source.token(RealCell.name(), List.of()).client()).isEqualTo("bob@TEST.EXAMPLE");
  }

  @Test
  void aCellThatTheKdcDoesNotKnowIsSaidWithAllThatWasAskedFor() {
    KerberosTokenSource source = KerberosTokenSource.ofKeytab(RealCell.keytab("bob"), "bob");

    assertThatThrownBy(() -> source.token("no.such.cell", databaseHosts()))
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("afs/no.such.cell@TEST.EXAMPLE")
        .hasMessageContaining("afs@NO.SUCH.CELL");
  }

  @Test
  void aKeyThatIsNotThePrincipalsIsRefused() {
    KerberosTokenSource source = KerberosTokenSource.ofKeytab(RealCell.keytab("bob"), "alice");

    assertThatThrownBy(() -> source.token(RealCell.name(), databaseHosts()))
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("bob.keytab")
        .hasMessageContaining("klist -k -e");
  }

  @Test
  void aCacheThatIsNotThereOrEmptyIsSaidWithAdvice() throws Exception {
    KerberosTokenSource none =
        KerberosTokenSource.of(new CredentialCache(directory.resolve("none")));
    KerberosTokenSource empty =
        KerberosTokenSource.of(new CredentialCache(Files.createFile(directory.resolve("empty"))));

    assertAdvice(none);
    assertAdvice(empty);
  }

  private static void assertAdvice(KerberosTokenSource source) {
    assertThatThrownBy(() -> source.token(RealCell.name(), databaseHosts()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Run kinit.");
  }
}
