package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line. */
class RxperfTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Rxperf.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static Endpoint server() throws IOException {
    Endpoint server =
        Endpoint.open(
            EndpointConfig.DEFAULT.withBindAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    server.serve(Workload.SERVICE_ID, new RxperfService());
    return server;
  }

  private static String port(Endpoint server) {
    return String.valueOf(server.localAddress().getPort());
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "client"})
  void helpExplainsTheOptions(String command) {
    assertThat(run(command, "--help")).isZero();

    assertThat(out.toString()).contains("-p=PORT", "7009", "change nothing");
  }

  @Test
  void mistakesAreExplainedWithoutStackTrace() {
    assertThat(run("client")).isEqualTo(2);
    assertThat(run("client", "-c", "file")).isEqualTo(2);
    assertThat(run("client", "-c", "rpc", "-t", "0")).isEqualTo(2);
    assertThat(run("server", "-p", "70000")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);

    assertThat(err.toString())
        .contains("'-c=COMMAND'", "-c file needs a list", "-t is 1 to", "-p is 0 to", "missing")
        .doesNotContain("\tat ");
  }

  @Test
  void encryptionIsMeasuredAloneAndInCalls() throws JsonParserException {
    assertThat(run("crypt", "-n", "2", "-b", "100000", "--seconds", "0.001", "--json"))
        .as(err.toString())
        .isZero();

    JsonObject json = JsonParser.object().from(out.toString());
    assertThat(json.getArray("megabytesPerSecond"))
        .extracting(each -> ((JsonObject) each).getString("label"))
        .containsExactly("fcrypt, seal", "fcrypt, open", "call, sending", "call, receiving");
    assertThat(json.getArray("megabytesPerSecond"))
        .allSatisfy(each -> assertThat(((JsonObject) each).getArray("samples")).hasSize(2));
    assertThat(json.getObject("ratios"))
        .containsOnlyKeys("call, sending / fcrypt, seal", "call, receiving / fcrypt, seal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fcrypt-rate.c", "stand-in.h"})
  void whatIsCompiledBesideFcryptIsInTheBuild(String name) {
    assertThat(FcryptOfOpenAfs.class.getResource(name)).isNotNull();
  }

  @Test
  void aTreeWithoutFcryptIsRefused(@TempDir Path directory) {
    assertThat(run("crypt", "-n", "1", "--openafs-source", directory.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("fcrypt.c: no such file").doesNotContain("\tat ");
  }

  @Test
  void failuresAreExplainedWithoutStackTrace(@TempDir Path directory) throws IOException {
    Path list = Files.writeString(directory.resolve("list"), "1\n\n\n");

    assertThat(run("client", "-c", "rpc", "-s", "name.invalid")).isEqualTo(1);
    assertThat(run("client", "-c", "file", "-f", directory + "/none")).isEqualTo(1);
    assertThat(run("client", "-c", "file", "-f", list.toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("unknown host: name.invalid", "none: no such file", "a second time")
        .doesNotContain("\tat ");
  }

  @Test
  void serverThatServesSomethingElseIsNamed() throws IOException {
    try (Endpoint server = Endpoint.open()) {
      assertThat(run("client", "-c", "rpc", "-p", port(server), "-T", "1")).isEqualTo(1);
    }

    assertThat(err.toString()).contains("service 147").doesNotContain("\tat ");
  }

  @Test
  void firstLineIsThatOfOpenAfs() throws IOException {
    try (Endpoint server = server()) {
      assertThat(run("client", "-c", "rpc", "-p", port(server), "-T", "5", "-t", "2")).isZero();
    }

    assertThat(out.toString().lines().findFirst().orElse(""))
        .matches(
            "RPC: threads\t2, times\t5, write bytes\t3, read bytes\t30:\t +\\d+ msec\t\\[.*bit/s]");
    assertThat(out.toString()).contains("calls/s", "p99.9", "us for each call");
  }

  @ParameterizedTest
  @ValueSource(strings = {"clear", "auth", "crypt"})
  void callsAreProtectedWithAKeyThatBothSidesHave(String level, @TempDir Path directory)
      throws IOException {
    Path keytab = directory.resolve("keytab");
    try (var in =
        RxperfTest.class.getResourceAsStream("/heddle/rxrpc/security/rxkad/rxkad.keytab")) {
      Files.copy(in, keytab);
    }
    String bytes = "send -b 300000 -T 2 --rxkad " + level + " --keytab " + keytab;
    try (Endpoint server = Endpoint.open()) {
      server.serve(
          Workload.SERVICE_ID,
          ServiceOptions.DEFAULT.withSecurity(RxkadService.with(ServiceKeys.ofKeytab(keytab))),
          new RxperfService());
      String command = "client -p " + port(server) + " -c " + bytes;
      assertThat(run(command.split(" "))).as(err.toString()).isZero();
    }
    assertThat(run("client", "-c", "rpc", "--rxkad", level)).as("no key").isEqualTo(2);
  }

  @Test
  void jsonHoldsWhatWasMeasured(@TempDir Path directory) throws IOException, JsonParserException {
    Path file = directory.resolve("result.json");
    try (Endpoint server = server()) {
      String command = "client -c send -b 5000 -T 3 --json -p " + port(server) + " -o " + file;
      assertThat(run(command.split(" "))).isZero();
    }

    JsonObject json = JsonParser.object().from(Files.readString(file));
    assertThat(out.toString()).isEmpty();
    assertThat(json.getString("command")).isEqualTo("send");
    assertThat(json.getInt("calls")).isEqualTo(3);
    assertThat(json.getInt("sendBytes")).isEqualTo(5000);
    assertThat(json.getDouble("callsPerSecond")).isPositive();
    assertThat(json.getObject("latencyMicros")).containsKeys("p50", "p99", "max");
  }

  @Test
  void optionsThatChangeNothingAreNamed() throws IOException {
    try (Endpoint server = server()) {
      run("client", "-c", "rpc", "-p", port(server), "-T", "1", "-u", "4096", "-j");
    }

    assertThat(err.toString()).contains("-u changes nothing here", "-j changes nothing here");
  }
}
