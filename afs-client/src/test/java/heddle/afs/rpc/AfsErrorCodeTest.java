package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AfsErrorCodeTest {
  private static Map<Integer, String> codesOfOpenAfs() throws IOException {
    Map<Integer, String> codes = new TreeMap<>();
    try (InputStream in = AfsErrorCodeTest.class.getResourceAsStream("error-codes.txt")) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(words -> codes.put(Integer.valueOf(words[0]), words[1]));
    }
    return codes;
  }

  @Test
  void tableHasEveryCodeAndNoOther() throws IOException {
    assertThat(new TreeMap<>(ErrorTables.names())).isEqualTo(codesOfOpenAfs());
  }

  @ParameterizedTest
  @CsvSource({
    "49733376, NOT_PERMITTED",
    "49733377, NO_SUCH_FILE",
    "49733388, PERMISSION_DENIED",
    "49733392, FILE_EXISTS",
    "49733393, CROSS_VOLUME",
    "49733395, NOT_A_DIRECTORY",
    "49733396, IS_A_DIRECTORY",
    "49733397, INVALID_ARGUMENT",
    "49733402, FILE_TOO_BIG",
    "49733403, NO_SPACE",
    "49733405, READ_ONLY_VOLUME",
    "49733411, NAME_TOO_LONG",
    "49733414, DIRECTORY_NOT_EMPTY",
    "49733415, TOO_MANY_LINKS",
    "49733386, LOCK_HELD",
    "49733416, LOCK_HELD",
    "49733490, STALE_FID",
    "49733496, QUOTA_EXCEEDED",
    "2, NO_SUCH_FILE",
    "13, PERMISSION_DENIED",
    "30, READ_ONLY_VOLUME",
    "39, DIRECTORY_NOT_EMPTY",
    "122, QUOTA_EXCEEDED",
    "101, VOLUME_OFFLINE",
    "102, NO_SUCH_FILE",
    "103, NO_SUCH_VOLUME",
    "105, VOLUME_OFFLINE",
    "106, VOLUME_OFFLINE",
    "108, NO_SPACE",
    "109, QUOTA_EXCEEDED",
    "110, VOLUME_BUSY",
    "111, VOLUME_MOVED",
    "-100, VOLUME_BUSY",
    "363524, NO_SUCH_VOLUME",
    "363546, PERMISSION_DENIED",
    "363541, DATABASE_UNAVAILABLE",
    "5376, DATABASE_UNAVAILABLE",
    "19270405, TOKEN_REJECTED",
    "19270408, TOKEN_REJECTED",
    "19270409, TOKEN_EXPIRED",
    "-455, NOT_SUPPORTED",
    "-1, SERVER_FAILURE",
    "0, SERVER_FAILURE",
    "777777, SERVER_FAILURE"
  })
  void meaning(int code, ErrorKind kind) {
    assertThat(AfsErrorCode.kind(code)).isEqualTo(kind);
  }

  @Test
  void errnoAndTranslatedErrnoMeanTheSame() {
    Map<Integer, String> names = ErrorTables.names();
    Map<String, Integer> codes = new TreeMap<>();
    names.forEach((code, name) -> codes.put(name, code));
    names.forEach(
        (code, name) -> {
          Integer translated = codes.get("UA" + name);
          if (translated != null) {
            assertThat(AfsErrorCode.kind(translated)).as(name).isEqualTo(AfsErrorCode.kind(code));
          }
        });
  }

  @Test
  void everyKindIsTheMeaningOfSomeCode() {
    Set<ErrorKind> kinds = EnumSet.noneOf(ErrorKind.class);
    ErrorTables.names().keySet().forEach(code -> kinds.add(AfsErrorCode.kind(code)));
    assertThat(kinds).containsExactlyInAnyOrder(ErrorKind.values());
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void everyKindHasItsException(ErrorKind kind) {
    int code =
        ErrorTables.names().keySet().stream()
            .filter(each -> AfsErrorCode.kind(each) == kind)
            .findFirst()
            .orElseThrow();
    AfsException exception = AfsErrorCode.toException(code, "FetchStatus of x");
    assertThat(exception)
        .hasMessageStartingWith("FetchStatus of x: ")
        .hasMessageContaining(Integer.toString(code));
    String expected = expectedException(kind);
    assertThat(exception.getClass().getSimpleName()).isEqualTo(expected);
  }

  /** By name, so that this is not the switch under test once more. */
  private static String expectedException(ErrorKind kind) {
    return switch (kind) {
      case VOLUME_MOVED, VOLUME_BUSY, VOLUME_OFFLINE, DATABASE_UNAVAILABLE -> "VolumeUnavailable";
      case NOT_SUPPORTED -> "ServerFailure";
      case IS_A_DIRECTORY -> "IsADirectory";
      default ->
          Arrays.stream(kind.name().split("_"))
              .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
              .reduce("", String::concat);
    };
  }

  @Test
  void names() {
    assertThat(AfsErrorCode.name(AfsErrorCode.VNOVOL)).isEqualTo("VNOVOL (103)");
    assertThat(AfsErrorCode.name(-12345)).isEqualTo("error -12345");
    assertThat(AfsErrorCode.name(267268)).isEqualTo("PRNOENT (267268)");
    assertThat(AfsErrorCode.name(267282)).isEqualTo("PRNAMETOOLONG (267282)");
    assertThat(AfsErrorCode.name(11862794)).isEqualTo("KTC_TOKEN_MUTEX_FAIL (11862794)");
    assertThat(AfsErrorCode.name(1859794438)).isEqualTo("ASN1_BAD_ID (1859794438)");
  }
}
