package heddle.rxrpc.security.krb5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Keytabs of MIT Kerberos are read. */
class KeytabTest {
  private static final String ENTRY =
      "0002 0004 54455354 0003 616673 0004 63656c6c" // realm TEST, afs, cell
          + " 00000001 65000000 03 0012 0004 01020304";

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static String entry(String more) {
    byte[] bytes = hex(ENTRY + more);
    return HexFormat.of().toHexDigits(bytes.length) + HexFormat.of().formatHex(bytes);
  }

  @Test
  void keysAreReadWithPrincipalVersionAndType() throws Exception {
    Keytab.Entry entry = Keytab.read(hex("0502" + entry(""))).getFirst();

    assertThat(entry.principal()).isEqualTo("afs/cell@TEST");
    assertThat(entry.kvno()).isEqualTo(3);
    assertThat(entry.enctype()).isEqualTo(18);
    assertThat(entry.key()).isEqualTo(hex("01020304"));
    assertThat(entry.toString()).isEqualTo("afs/cell@TEST kvno 3 aes256-cts-hmac-sha1-96 (18)");
  }

  @Test
  void theLongerVersionCountsUnlessItIsZero() throws Exception {
    String file = "0502" + entry("00000203") + entry("00000000") + entry("000002030000");

    assertThat(Keytab.read(hex(file))).extracting(Keytab.Entry::kvno).containsExactly(515, 3, 515);
  }

  @Test
  void holesAreSkipped() throws Exception {
    String hole = "fffffffc ffffffff";

    assertThat(Keytab.read(hex("0502" + hole + entry("") + hole + entry("") + "fffffff0")))
        .hasSize(2);
    assertThat(Keytab.read(hex("0502" + entry("") + "00000000" + entry("")))).hasSize(1);
    assertThat(Keytab.read(hex("0502"))).isEmpty();
  }

  @Test
  void whatIsNoKeytabIsRefused() {
    assertThatThrownBy(() -> Keytab.read(hex("0501" + entry("")))).hasMessageContaining("old");
    assertThatThrownBy(() -> Keytab.read(hex("0105" + entry("")))).hasMessageContaining("old");
    assertThatThrownBy(() -> Keytab.read(hex("0a0b0c"))).hasMessageContaining("no keytab");
    assertThatThrownBy(() -> Keytab.read(hex("05"))).hasMessageContaining("ends");
    assertThatThrownBy(() -> Keytab.read(hex("0502 80000000"))).hasMessageContaining("hole");
    assertThatThrownBy(() -> Keytab.read(hex("0502 00000004 ffff0000")))
        .hasMessageContaining("components");
  }

  @Test
  void aKeyCutAnywhereIsRefused() {
    byte[] file = hex("0502" + entry(""));
    for (int i = 6; i < file.length; i++) {
      byte[] cut = Arrays.copyOf(file, i);
      assertThatThrownBy(() -> Keytab.read(cut)).isInstanceOf(MalformedKerberosException.class);
    }
  }
}
