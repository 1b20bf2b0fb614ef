package heddle.rxrpc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search for keys that finds none is worth as much as the search. */
class ByteSearchTest {
  private static final int BLOCK = 1 << 20;

  @TempDir private Path directory;

  private Path file(byte[] bytes) throws Exception {
    return Files.write(directory.resolve("file"), bytes);
  }

  @Test
  void aKeyIsFoundInEachOfItsFormsAtEachPlace() throws Exception {
    byte[] key = "Heddle was here.".getBytes(StandardCharsets.US_ASCII);
    for (Map.Entry<String, byte[]> form : KeyForms.of(key).entrySet()) {
      var search = new ByteSearch();
      search.add(form.getKey(), form.getValue());
      int length = form.getValue().length;
      for (int at : new int[] {0, 1, 13, BLOCK - length, BLOCK - 1, BLOCK, 2 * BLOCK - 3}) {
        byte[] haystack = new byte[at + length];
        new Random(at).nextBytes(haystack);
        System.arraycopy(form.getValue(), 0, haystack, at, length);

        assertThat(search.in(file(haystack))).as("at " + at).containsExactly(form.getKey());
      }
    }
  }

  @Test
  void whatIsAlmostThereIsNotFound() throws Exception {
    byte[] key = "eightbytes".getBytes(StandardCharsets.US_ASCII);
    var search = new ByteSearch();
    search.add("key", key);

    byte[] other = key.clone();
    other[other.length - 1]++;
    assertThat(search.in(file(other))).isEmpty();
    assertThat(search.in(file(new byte[] {'e'}))).isEmpty();
    assertThat(search.in(file(new byte[0]))).isEmpty();
  }

  @Test
  void ofSeveralWithTheSameStartEachIsFound() throws Exception {
    var search = new ByteSearch();
    search.add("short", "12345678".getBytes(StandardCharsets.US_ASCII));
    search.add("long", "12345678 and more".getBytes(StandardCharsets.US_ASCII));

    assertThat(search.in(file(" 12345678 and more ".getBytes(StandardCharsets.US_ASCII))))
        .containsExactly("long", "short");
  }

  @Test
  void whatChanceWouldFindIsRefused() {
    var search = new ByteSearch();

    assertThatThrownBy(() -> search.add("short", new byte[7]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
