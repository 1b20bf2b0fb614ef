package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ErrnoTest {
  /** The numbers of the system, as the documentation of each kind of failure names them. */
  private static final Map<String, Integer> EXPECTED =
      Map.ofEntries(
          Map.entry("NoSuchFile", 2),
          Map.entry("StaleFid", 116),
          Map.entry("NotADirectory", 20),
          Map.entry("IsADirectory", 21),
          Map.entry("NotALink", 22),
          Map.entry("FileExists", 17),
          Map.entry("DirectoryNotEmpty", 39),
          Map.entry("PermissionDenied", 13),
          Map.entry("NotPermitted", 1),
          Map.entry("ReadOnlyVolume", 30),
          Map.entry("QuotaExceeded", 122),
          Map.entry("NoSpace", 28),
          Map.entry("FileTooBig", 27),
          Map.entry("TooManyLinks", 40),
          Map.entry("NameTooLong", 36),
          Map.entry("InvalidArgument", 22),
          Map.entry("CrossVolume", 18),
          Map.entry("CrossDirectoryLink", 18),
          Map.entry("OutcomeUnknown", 5),
          Map.entry("NoSuchCell", 2),
          Map.entry("NoSuchVolume", 19),
          Map.entry("VolumeUnavailable", 5),
          Map.entry("ServersUnreachable", 110),
          Map.entry("LockHeld", 11),
          Map.entry("LockLost", 5),
          Map.entry("Deadlock", 35),
          Map.entry("TooManyLocks", 37),
          Map.entry("TokenExpired", 127),
          Map.entry("TokenRejected", 129),
          Map.entry("ProtocolViolation", 5),
          Map.entry("ServerFailure", 5),
          Map.entry("Interrupted", 4),
          Map.entry("ClientClosed", 5));

  @Test
  void everyKindOfFailureHasItsNumber() {
    Map<String, Integer> actual =
        Arrays.stream(AfsException.class.getPermittedSubclasses())
            .collect(
                Collectors.toMap(Class::getSimpleName, kind -> -Errno.of(make(kind)).result()));

    assertThat(actual).containsExactlyInAnyOrderEntriesOf(EXPECTED);
  }

  private static AfsException make(Class<?> kind) {
    try {
      return (AfsException) kind.getConstructor(String.class).newInstance("for a test");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Test
  void numbersHaveNames() {
    assertThat(Errno.describe(-2)).isEqualTo("ENOENT");
    assertThat(Errno.describe(-999)).isEqualTo("errno 999");
  }
}
