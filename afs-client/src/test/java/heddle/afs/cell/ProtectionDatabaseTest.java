package heddle.afs.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProtectionDatabaseTest {
  private final ProtectionDatabase people = new ProtectionDatabase("example.org");

  @Test
  void noUserBecomesNobody() throws IOException {
    people.restore(List.of("entry 32765 last 0 0"));
    int next = people.addUser("next");
    assertThat(next).isNotEqualTo(ProtectionDatabase.ANONYMOUS);
    assertThat(people.name(ProtectionDatabase.ANONYMOUS)).isEqualTo("anonymous");
    assertThat(people.idOfName("next")).hasValue(next);
  }

  @Test
  void noUserHasTheNameOfTheServersWhoMayDoEverything() {
    assertThatIllegalArgumentException().isThrownBy(() -> people.addUser("afs"));
    assertThatIllegalArgumentException().isThrownBy(() -> people.addUser("AFS"));
  }

  @Test
  void whoHasNoTicketIsNobody() {
    assertThat(people.credentials(Optional.empty()).all())
        .containsExactlyInAnyOrder(ProtectionDatabase.ANY_USER, ProtectionDatabase.ANONYMOUS);
  }
}
