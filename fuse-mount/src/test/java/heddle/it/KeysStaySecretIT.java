package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.KerberosTokenSource;
import heddle.control.ControlClient;
import heddle.fuse.RunningMount;
import heddle.fuse.Shell;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.testkit.KeyForms;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither the log nor a flight recording of a mount at work holds a key, in whatever form. */
@NeedsCell
@NeedsFuse
@NeedsRoot
final class KeysStaySecretIT {
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

    KeyForms.of(key)
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
      KeyForms.of(entry.key())
          .forEach(
              (form, bytes) -> {
                assertThat(login.out().contains(text(bytes))).as("said: " + form).isFalse();
                assertThat(holds(jfr, bytes)).as("recording: " + form).isFalse();
              });
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean holds(byte[] all, byte[] part) {
    return text(all).contains(text(part));
  }
}
