package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Realms and caches are found where Kerberos would find them. */
class KerberosConfigTest {
  @TempDir private Path directory;

  private KerberosConfig config(String text) throws IOException {
    return KerberosConfig.read(Files.writeString(directory.resolve("krb5.conf"), text));
  }

  @ParameterizedTest
  @CsvSource({
    "www.example.org, WWW",
    "other.example.org, SUB",
    "a.b.example.org, SUB",
    "WWW.Example.ORG, WWW",
    "example.org, TOP",
    "db.sub.example.com, COM"
  })
  void theClosestDomainCounts(String host, String realm) throws Exception {
    KerberosConfig config =
        config(
            """
            [libdefaults]
                default_realm = IGNORED
            [realms]
                TOP = {
                    kdc = kdc.example.org
                    domain_realm = {
                        .example.org = NESTED
                    }
                }
            [domain_realm]
                # a comment
                www.example.org = WWW
                .example.org = SUB
                .EXAMPLE.ORG = SECOND
                example.org = TOP
                example.com = COM
            """);

    assertThat(config.realmOf(host)).contains(realm);
    assertThat(config.realmOf("example.net")).isEmpty();
    assertThat(config.realmOf("org")).isEmpty();
  }

  @Test
  void filesThatAreIncludedCount() throws Exception {
    Path included = Files.createDirectory(directory.resolve("conf.d"));
    Files.writeString(included.resolve("a"), "[domain_realm]\n .a = A\n");
    Files.writeString(included.resolve("b.conf"), "[domain_realm]\n .b = B\n");
    Files.writeString(included.resolve("c.rpmsave"), "[domain_realm]\n .c = C\n");
    Path single = Files.writeString(directory.resolve("single"), "[domain_realm]\n .d = D\n");

    KerberosConfig config = config("includedir " + included + "\ninclude " + single + "\n");

    assertThat(config.realmOf("x.a")).contains("A");
    assertThat(config.realmOf("x.b")).contains("B");
    assertThat(config.realmOf("x.c")).isEmpty();
    assertThat(config.realmOf("x.d")).contains("D");
  }

  @Test
  void filesThatIncludeThemselvesAreRefused() {
    Path file = directory.resolve("krb5.conf");

    assertThatThrownBy(() -> config("include " + file + "\n"))
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("include each other");
  }

  @Test
  void noConfigurationIsAnEmptyOne() throws Exception {
    assertThat(KerberosConfig.read(directory.resolve("none")).realmOf("a.b")).isEmpty();
  }

  @Test
  void theCacheIsThatOfTheEnvironmentThenOfTheConfigurationThenOfTheUser() throws Exception {
    KerberosConfig config = config("[libdefaults]\n default_ccache_name = FILE:/c/%{uid}_x\n");
    KerberosConfig empty = config("");

    assertThat(CredentialCache.find(Optional.of("FILE:/e"), config))
        .isEqualTo(new CredentialCache(Path.of("/e")));
    assertThat(CredentialCache.find(Optional.of("/e"), config)).hasToString("FILE:/e");
    assertThat(CredentialCache.find(Optional.empty(), config).file().toString())
        .matches("/c/\\d+_x");
    assertThat(CredentialCache.find(Optional.of(""), empty).file().toString())
        .matches("/tmp/krb5cc_\\d+");
  }

  @ParameterizedTest
  @CsvSource({"KCM:, KCM", "KEYRING:persistent:1000, KEYRING", "DIR:/tmp/x, DIR", "API:x, API"})
  void cachesThatJavaCannotReadAreRefusedWithAdvice(String name, String type) {
    assertThatThrownBy(() -> CredentialCache.named(name))
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("type " + type)
        .hasMessageContaining("kinit -c FILE:/tmp/krb5cc_");
  }

  @Test
  void servicesAreAskedForInTheOrderOfAklog() throws Exception {
    KerberosConfig config = config("[domain_realm]\n .example.org = SERVERS\n cell = CELLS\n");

    assertThat(
            ServicePrincipals.of(
                "cell", List.of("db1.example.org", "db2.other.net"), "USER", config))
        .containsExactly(
            "afs/cell@USER",
            "afs/cell@SERVERS",
            "afs/cell@CELLS",
            "afs/cell@EXAMPLE.ORG",
            "afs/cell@OTHER.NET",
            "afs/cell@CELL",
            "afs@CELL");
    assertThat(ServicePrincipals.of("example.org", List.of(), "EXAMPLE.ORG", config("")))
        .containsExactly("afs/example.org@EXAMPLE.ORG", "afs@EXAMPLE.ORG");
  }

  @Test
  void failuresOfTheJdkAreUnderstood() {
    var unknown =
        new Exception(
            "No valid credentials provided",
            new Exception("Server not found in Kerberos database (7) - LOOKING_UP_SERVER"));
    var weak = new Exception("Encryption type RC4 with HMAC is not supported/enabled");
    var clock = new Exception("Clock skew too great (37)");

    assertThat(KerberosFailure.isUnknownService(unknown)).isTrue();
    assertThat(KerberosFailure.text(unknown))
        .isEqualTo("Server not found in Kerberos database (7) - LOOKING_UP_SERVER.");
    assertThat(KerberosFailure.isUnknownService(clock)).isFalse();
    assertThat(KerberosFailure.hint(weak)).contains("allow_weak_crypto");
    assertThat(KerberosFailure.hint(new Exception("KDC has no support for encryption type (14)")))
        .contains("allow_weak_crypto");
    assertThat(KerberosFailure.hint(clock)).contains("clocks");
    assertThat(KerberosFailure.hint(unknown)).isEmpty();
  }
}
