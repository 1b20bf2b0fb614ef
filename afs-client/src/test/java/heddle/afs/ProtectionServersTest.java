package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names and numbers of users, from the protection server of an embedded cell. */
final class ProtectionServersTest {
  @Test
  void usersHaveNamesAndNumbers() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start();
        AfsClient client = cell.newClient()) {
      cell.addUser("alice");
      Map<String, Integer> ids =
          client.users().ids(cell.name(), List.of("alice", "system:administrators", "nobody-else"));
      assertThat(ids).containsOnlyKeys("alice", "system:administrators");
      int alice = ids.get("alice");
      assertThat(client.users().names(cell.name(), List.of(-204, alice, 12345)))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(-204, "system:administrators", alice, "alice"));
      assertThat(client.users().ids(cell.name(), List.of("x".repeat(64)))).as("too long").isEmpty();
      assertThat(client.users().names(cell.name(), List.of())).isEmpty();
      assertThatExceptionOfType(AfsException.NoSuchCell.class)
          .isThrownBy(() -> client.users().names("other.example", List.of(1)));
    }
  }

  @Test
  void manyUsersTakeSeveralCalls() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start();
        AfsClient client = cell.newClient()) {
      cell.addUser("alice");
      int alice = client.users().ids(cell.name(), List.of("alice")).get("alice");
      List<Integer> many = new ArrayList<>(IntStream.range(100_000, 105_000).boxed().toList());
      many.add(alice);
      assertThat(client.users().names(cell.name(), many)).isEqualTo(Map.of(alice, "alice"));
    }
  }

  @Test
  void aServerThatIsDeadIsPassedOverAndNotAskedFirstAgain() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start()) {
      cell.addUser("alice");
      cell.addUser("bob");
      InetAddress dead = InetAddress.getByName("127.255.255.254"); // nobody listens there
      AfsConfig config =
          cell.clientConfig().withCells(Map.of(cell.name(), Arrays.asList(dead, cell.address())));
      try (AfsClient client = AfsClient.open(config)) {
        assertThat(client.users().ids(cell.name(), List.of("alice"))).containsKey("alice");
        assertThat(client.users().ids(cell.name(), List.of("bob"))).containsKey("bob");
        assertThat(client.statistics().calls("NameToId")).isEqualTo(3);
      }
      AfsConfig none = config.withCells(Map.of(cell.name(), List.of(dead)));
      try (AfsClient client = AfsClient.open(none.withTimeout(Duration.ofSeconds(10)))) {
        assertThatExceptionOfType(AfsException.ServersUnreachable.class)
            .isThrownBy(() -> client.users().ids(cell.name(), List.of("alice")))
            .withMessageContaining("protection servers of cell " + cell.name());
      }
    }
  }
}
