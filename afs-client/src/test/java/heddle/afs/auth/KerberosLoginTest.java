package heddle.afs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.security.auth.login.LoginException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets no ticket because Java passes over weak keys is told so. */
class KerberosLoginTest {
  private static final String CONFIG = "java.security.krb5.conf";
  private static final String ADVICE = "allow_weak_crypto = true";

  @TempDir private Path directory;
  private final LoginException noKey = new LoginException("Unable to obtain password from user");
  private Optional<String> configBefore = Optional.empty();

  @BeforeEach
  void useAConfigurationWithoutWeakKeysOrKdc() throws Exception {
    configBefore = Optional.ofNullable(System.getProperty(CONFIG));
    String config =
        """
        [libdefaults]
          default_realm = R
          dns_lookup_kdc = false
        [realms]
          R = {
            kdc = 127.0.0.1:1
          }
        """;
    Path file = Files.writeString(directory.resolve("krb5.conf"), config);
    System.setProperty(CONFIG, file.toString());
  }

  @AfterEach
  void useTheConfigurationOfBefore() {
    configBefore.ifPresentOrElse(
        before -> System.setProperty(CONFIG, before), () -> System.clearProperty(CONFIG));
  }

  /** Returns a keytab with a key of each type for {@code x@R}, and one of AES for {@code y@R}. */
  private Path keytab(int... enctypes) throws Exception {
    ByteBuffer out = ByteBuffer.allocate(1000).putShort((short) 0x0502);
    putKey(out, "y", 17);
    for (int enctype : enctypes) {
      putKey(out, "x", enctype);
    }
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return Files.write(directory.resolve("x.keytab"), bytes);
  }

  private static void putKey(ByteBuffer out, String name, int enctype) {
    byte[] key = new byte[enctype == 16 ? 24 : 16];
    out.putInt(2 + 3 + 3 + 4 + 4 + 1 + 2 + 2 + key.length);
    out.putShort((short) 1);
    out.putShort((short) 1).put((byte) 'R');
    out.putShort((short) 1).put(name.getBytes(StandardCharsets.US_ASCII));
    out.putInt(1).putInt(0).put((byte) 1);
    out.putShort((short) enctype).putShort((short) key.length).put(key);
  }

  @Test
  void aKeytabWithWeakKeysOnlyIsRefusedWithWhatAllowsThem() throws Exception {
    var login = new KerberosLogin.FromKeytab(keytab(23), "x@R");

    assertThatThrownBy(login::login)
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("klist -k -e")
        .hasMessageContaining(ADVICE);
  }

  @Test
  void whetherKeysAreWeakIsSeenByThePrincipalWithOrWithoutRealm() throws Exception {
    Path file = keytab(16, 23);

    assertThat(new KerberosLogin.FromKeytab(file, "x").hint(noKey)).contains(ADVICE);
    assertThat(new KerberosLogin.FromKeytab(file, "x@R").hint(noKey)).contains(ADVICE);
    assertThat(new KerberosLogin.FromKeytab(file, "y@R").hint(noKey)).isEmpty();
    assertThat(new KerberosLogin.FromKeytab(file, "z@R").hint(noKey)).isEmpty();
    assertThat(new KerberosLogin.FromKeytab(keytab(17, 23), "x@R").hint(noKey)).isEmpty();
  }

  @Test
  void aFileThatIsNoKeytabIsNotTakenForOneWithWeakKeys() throws Exception {
    Path file = Files.writeString(directory.resolve("none"), "no keytab");

    assertThat(new KerberosLogin.FromKeytab(file, "x@R").hint(noKey)).isEmpty();
  }

  @Test
  void aCacheInWhichTheJdkFindsNoTicketIsRefusedWithWhatAllowsWeakKeys() throws Exception {
    Path empty = Files.createFile(directory.resolve("cache"));

    assertThatThrownBy(new KerberosLogin.FromCache(new CredentialCache(empty))::login)
        .isInstanceOf(KerberosException.class)
        .hasMessageContaining("Run kinit.")
        .hasMessageContaining(ADVICE);
  }
}
