package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathsTest {
  @ParameterizedTest
  @CsvSource({
    "/afs, /",
    "/afs/, /",
    "/afs/a.example/x, /a.example/x",
    "//afs//a.example//x/, /a.example/x",
    "/a.example/x, /a.example/x",
    "/afsx/y, /afsx/y",
    "/a.example/afs, /a.example/afs",
    "/, /",
  })
  void afsInFrontIsTheRoot(String argument, String path) {
    assertThat(Paths.parse(argument, true)).isEqualTo(AfsPath.of(path));
  }

  @ParameterizedTest
  @CsvSource({"/afs/x, /afs/x", "/x, /x"})
  void whereAVolumeIsTheRootAfsIsAName(String argument, String path) {
    assertThat(Paths.parse(argument, false)).isEqualTo(AfsPath.of(path));
  }

  @ParameterizedTest
  @CsvSource({"/afs, true", "//afs//x, true", "/afs/../x, true", "/afsx, false", "/, false"})
  void whatIsBelowAfsIsKnown(String argument, boolean isBelow) {
    assertThat(Paths.beginsWithAfs(argument)).isEqualTo(isBelow);
  }
}
