package heddle.rxrpc.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ways in which a program would write a key. */
public final class KeyForms {
  private KeyForms() {}

  /** Returns them, each with its name; all but the bytes themselves are text. */
  public static Map<String, byte[]> of(byte[] key) {
    var forms = new LinkedHashMap<String, byte[]>();
    forms.put("bytes", key.clone());
    byte[] reversed = key.clone();
    for (int i = 0; i < key.length; i++) {
      reversed[i] = key[key.length - 1 - i];
    }
    forms.put("bytes backwards", reversed);
    texts(key).forEach((name, text) -> forms.put(name, text.getBytes(StandardCharsets.US_ASCII)));
    return forms;
  }

  /** Returns those that are text. */
  public static Map<String, String> texts(byte[] key) {
    var texts = new LinkedHashMap<String, String>();
    String hex = HexFormat.of().formatHex(key);
    texts.put("hex", hex);
    texts.put("hex in capitals", hex.toUpperCase(Locale.ROOT));
    texts.put("hex with blanks", HexFormat.ofDelimiter(" ").formatHex(key));
    texts.put("hex with colons", HexFormat.ofDelimiter(":").formatHex(key));
    texts.put("base 64", Base64.getEncoder().withoutPadding().encodeToString(key));
    texts.put("an array", Arrays.toString(key));
    texts.put(
        "unsigned numbers",
        IntStream.range(0, key.length)
            .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(key[i])))
            .collect(Collectors.joining(", ")));
    return texts;
  }
}
