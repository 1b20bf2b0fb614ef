package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a socket may be, and what becomes of a place that others have changed. */
class ControlPlaceTest {
  private static final int ME = (int) new UnixSystem().getUid();

  @TempDir private Path directory;

  private Path base(String permissions) throws IOException {
    Path base = Files.createDirectory(directory.resolve("base"));
    return Files.setPosixFilePermissions(base, PosixFilePermissions.fromString(permissions));
  }

  private ControlPlace place() throws IOException {
    return ControlPlace.below(List.of(directory), ControlPlace.Audience.OWNER);
  }

  @Test
  void aDirectoryOfOnesOwnIsTrusted() throws Exception {
    assertThat(ControlPlace.belongsTo(base("rwxr-xr-x"), ME)).isTrue();
  }

  @Test
  void aDirectoryOfAnotherUserIsNotTrustedWhateverTheEnvironmentSays() throws Exception {
    assertThat(ControlPlace.belongsTo(base("rwx------"), ME + 1)).isFalse();
  }

  @Test
  void aDirectoryThatOthersMayWriteIsNotTrusted() throws Exception {
    Path base = base("rwxrwx---");
    assertThat(ControlPlace.belongsTo(base, ME)).isFalse();
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx----w-"));
    assertThat(ControlPlace.belongsTo(base, ME)).isFalse();
  }

  @Test
  void whatIsNoDirectoryIsNotTrusted() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), base("rwx------"));
    assertThat(ControlPlace.belongsTo(link, ME)).isFalse();
    assertThat(ControlPlace.belongsTo(directory.resolve("none"), ME)).isFalse();
  }

  @Test
  void modesOfWhatALinkLeadsToStay() throws Exception {
    ControlPlace place = place();
    Path victim = Files.createFile(directory.resolve("victim"));
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(place.socket(), victim);

    assertThatThrownBy(place::letUsersConnect).isInstanceOf(IOException.class);
    place.close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(victim)))
        .isEqualTo("rw-------");
    assertThat(place.socket().getParent()).doesNotExist();
  }

  @Test
  void whatCameInThePlacesPlaceIsNotTakenAway() throws Exception {
    ControlPlace place = place();
    Path home = place.socket().getParent();
    Files.move(home, directory.resolve("moved"));
    Path others = Files.createDirectory(directory.resolve("others"));
    Path precious = Files.createFile(others.resolve("control"));
    Files.createSymbolicLink(home, others);

    place.close();

    assertThat(precious).exists();
    assertThat(home).isSymbolicLink();
  }
}
