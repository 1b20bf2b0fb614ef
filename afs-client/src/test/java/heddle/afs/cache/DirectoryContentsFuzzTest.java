package heddle.afs.cache;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arbitrary bytes are a directory or a protocol violation, nothing else, and never without end.
 * Replays directories of a real server; {@code JAZZER_FUZZ=1} looks for findings.
 */
class DirectoryContentsFuzzTest {
  static Stream<Arguments> seeds() {
    return Stream.of("new", "public", "root.cell")
        .map(name -> Arguments.of((Object) GoldenDirectory.bytes(name)));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "100s") // fuzzing wants it last
  void anyBytesAreADirectoryOrRefused(byte[] data) {
    DirectoryContentsTest.readThrough(data);
  }
}
