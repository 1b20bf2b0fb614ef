package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No key is in a trace, a recording, a capture, a log, a message or a name, in any form: not when
 * everything is logged and recorded.
 */
@Timeout(600) // it starts a JVM that records itself
class SecretsTest {
  private static final int WINDOW = 8; // bytes of a key in a row that may nowhere be

  @TempDir private Path directory;

  @Test
  void noKeyIsSaidAnywhere() throws Exception {
    Path logged = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                "-cp",
                System.getProperty("java.class.path"),
                SecretExchange.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(logged.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(logged)).isZero();

    Map<String, byte[]> places = new LinkedHashMap<>();
    for (String name :
        List.of("log", SecretExchange.SAID, SecretExchange.RECORDING, SecretExchange.CAPTURE)) {
      places.put(name, read(name));
    }
    assertThat(text(places.get("log"))).contains("DEBUG").contains("is refused: RXKAD");
    assertThat(text(places.get(SecretExchange.SAID)))
        .contains("RXKADLEVELFAIL", "RXKADSEALEDINCON", "RXKADBADTICKET", "token of afs");
    List<byte[]> keys = List.of(read(SecretExchange.SERVICE_KEY), read(SecretExchange.SESSION_KEY));
    assertThat(keys).extracting(key -> key.length).containsExactly(32, 8);
    places.forEach(
        (name, bytes) -> {
          assertThat(bytes).as(name).hasSizeGreaterThan(100);
          for (byte[] key : keys) {
            for (String form : forms(key)) {
              assertThat(text(bytes).contains(form)).as("%s has a key", name).isFalse();
            }
          }
        });
  }

  @Test
  void theSearchFindsKeys() {
    byte[] key = {1, -2, 3, -4, 5, -6, 7, -8, 9, -10};
    for (String place :
        List.of(
            "key: 01fe03fc05fa07f8",
            "FE03FC05FA07F809",
            "[1, -2, 3, -4, 5, -6, 7, -8]",
            "Af4D/AX6B/gJ9g==",
            "\u0003\u00fc\u0005\u00fa\u0007\u00f8\u0009\u00f6")) {
      assertThat(forms(key)).as(place).anyMatch(place::contains);
    }
  }

  private byte[] read(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Returns in what forms each part of a key might be found. */
  private static List<String> forms(byte[] key) {
    var forms = new ArrayList<String>();
    for (int from = 0; from + WINDOW <= key.length; from++) {
      byte[] part = Arrays.copyOfRange(key, from, from + WINDOW);
      forms.add(new String(part, StandardCharsets.ISO_8859_1));
      forms.add(HexFormat.of().formatHex(part));
      forms.add(HexFormat.of().withUpperCase().formatHex(part));
      forms.add(HexFormat.ofDelimiter(":").formatHex(part));
      forms.add(HexFormat.ofDelimiter(" ").formatHex(part));
      forms.add(Arrays.toString(part).replaceAll("[\\[\\]]", ""));
    }
    forms.add(Base64.getEncoder().withoutPadding().encodeToString(key));
    return forms;
  }
}
