package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.KerberosTokenSource;
import heddle.control.ControlClient;
import heddle.fuse.RunningMount;
import heddle.fuse.Shell;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither the log nor a flight recording of a mount at work holds a key, in whatever form. */
@NeedsCell
@NeedsFuse
@NeedsRoot
final class KeysStaySecretIT {
  private static final String CONTROL = "Heddle was here, and the search finds it";

  @TempDir private Path directory;

  @Test
  void noKeyIsInLogsOrRecordings() throws Exception {
    System.setProperty("java.security.krb5.conf", RealCell.kerberosConfig().toString());
    Path recording = directory.resolve("mount.jfr");
    String cell = RealCell.name();
    byte[] key;
    byte[] log;
    try (RxkadToken token =
        KerberosTokenSource.ofKeytab(RealCell.keytab("alice")).token(cell, List.of())) {
      key = token.sessionKey();
      List<String> environment =
          List.of(
              "HEDDLE_JAVA_OPTS=-Dorg.slf4j.simpleLogger.defaultLogLevel=trace"
                  + " -XX:StartFlightRecording:dumponexit=true,settings=profile,filename="
                  + recording);
      Path logFile;
      try (Mount mount = Mount.startWith(environment)) {
        RunningMount running = RunningMount.at(mount.point());
        new ControlClient(running.controlSocket().orElseThrow(), running.owner()).set(cell, token);
        assertThat(mount.out(cell, "cat user/alice/private/secret.txt"))
            .isEqualTo("alice secret\n");
        mount.shell(cell, "cat user/bob/noalice/x");
        logFile = mount.log().path();
      }
      log = Files.readAllBytes(logFile);
    }
    assertThat(text(log)).contains("alice@TEST.EXAMPLE"); // it does tell of tokens
    byte[] jfr = Files.readAllBytes(recording);
    assertThat(jfr.length).isPositive();

    forms(key)
        .forEach(
            (form, bytes) -> {
              assertThat(holds(log, bytes)).as("log: " + form).isFalse();
              assertThat(holds(jfr, bytes)).as("recording: " + form).isFalse();
            });
  }

  @Test
  void noKeyOfAKeytabIsInWhatLoginSaysOrRecords() throws Exception {
    Path keytab = RealCell.keytab("alice");
    Path recording = directory.resolve("login.jfr");
    Shell.Result login;
    try (Mount mount = Mount.start()) {
      login =
          Shell.run(
              directory,
              "HEDDLE_JAVA_OPTS='-Dorg.slf4j.simpleLogger.defaultLogLevel=trace"
                  + " -XX:StartFlightRecording:dumponexit=true,settings=profile,filename="
                  + recording
                  + "' '"
                  + HeddleCommand.program()
                  + "' -v login --keytab '"
                  + keytab
                  + "' --mount '"
                  + mount.point()
                  + "' 2>&1");
    }
    assertThat(login.exit()).as(login.out()).isZero();
    assertThat(login.out()).contains("token of alice@");
    byte[] jfr = Files.readAllBytes(recording);
    List<Keytab.Entry> keys = Keytab.read(Files.readAllBytes(keytab));
    assertThat(keys).isNotEmpty();
    for (Keytab.Entry entry : keys) {
      forms(entry.key())
          .forEach(
              (form, bytes) -> {
                assertThat(login.out().contains(text(bytes))).as("said: " + form).isFalse();
                assertThat(holds(jfr, bytes)).as("recording: " + form).isFalse();
              });
    }
  }

  @Test
  void theSearchFindsWhatIsThere() {
    byte[] key = CONTROL.getBytes(StandardCharsets.US_ASCII);
    forms(key)
        .forEach(
            (form, bytes) -> {
              byte[] haystack = new byte[bytes.length + 20];
              System.arraycopy(bytes, 0, haystack, 13, bytes.length);
              assertThat(holds(haystack, bytes)).as(form).isTrue();
            });
    assertThat(holds(new byte[100], key)).isFalse();
  }

  /** Returns the ways in which a program would write a key. */
  private static Map<String, byte[]> forms(byte[] key) {
    var forms = new LinkedHashMap<String, byte[]>();
    forms.put("bytes", key);
    byte[] reversed = key.clone();
    for (int i = 0; i < key.length; i++) {
      reversed[i] = key[key.length - 1 - i];
    }
    forms.put("bytes backwards", reversed);
    String hex = HexFormat.of().formatHex(key);
    forms.put("hex", ascii(hex));
    forms.put("hex in capitals", ascii(hex.toUpperCase(Locale.ROOT)));
    forms.put("hex with blanks", ascii(HexFormat.ofDelimiter(" ").formatHex(key)));
    forms.put("hex with colons", ascii(HexFormat.ofDelimiter(":").formatHex(key)));
    forms.put("base 64", ascii(Base64.getEncoder().withoutPadding().encodeToString(key)));
    forms.put("an array", ascii(Arrays.toString(key)));
    forms.put(
        "unsigned numbers",
        ascii(
            IntStream.range(0, key.length)
                .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(key[i])))
                .collect(Collectors.joining(", "))));
    return forms;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean holds(byte[] all, byte[] part) {
    return text(all).contains(text(part));
  }
}
