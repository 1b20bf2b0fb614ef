package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
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
          client
              .users()
              .ids(
                  Caller.anonymous(),
                  cell.name(),
                  List.of("alice", "system:administrators", "nobody-else"));
      assertThat(ids).containsOnlyKeys("alice", "system:administrators");
      int alice = ids.get("alice");
      assertThat(client.users().names(Caller.anonymous(), cell.name(), List.of(-204, alice, 12345)))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(-204, "system:administrators", alice, "alice"));
      assertThat(client.users().ids(Caller.anonymous(), cell.name(), List.of("x".repeat(64))))
          .as("too long")
          .isEmpty();
      assertThat(client.users().names(Caller.anonymous(), cell.name(), List.of())).isEmpty();
      assertThatExceptionOfType(AfsException.NoSuchCell.class)
          .isThrownBy(() -> client.users().names(Caller.anonymous(), "other.example", List.of(1)));
    }
  }

  @Test
  void manyUsersTakeSeveralCalls() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start();
        AfsClient client = cell.newClient()) {
      cell.addUser("alice");
      int alice =
          client.users().ids(Caller.anonymous(), cell.name(), List.of("alice")).get("alice");
      List<Integer> many = new ArrayList<>(IntStream.range(100_000, 105_000).boxed().toList());
      many.add(alice);
      assertThat(client.users().names(Caller.anonymous(), cell.name(), many))
          .isEqualTo(Map.of(alice, "alice"));
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
        assertThat(client.users().ids(Caller.anonymous(), cell.name(), List.of("alice")))
            .containsKey("alice");
        assertThat(client.users().ids(Caller.anonymous(), cell.name(), List.of("bob")))
            .containsKey("bob");
        assertThat(client.statistics().calls("NameToId")).isEqualTo(3);
      }
      AfsConfig none = config.withCells(Map.of(cell.name(), List.of(dead)));
      try (AfsClient client = AfsClient.open(none.withTimeout(Duration.ofSeconds(10)))) {
        assertThatExceptionOfType(AfsException.ServersUnreachable.class)
            .isThrownBy(() -> client.users().ids(Caller.anonymous(), cell.name(), List.of("alice")))
            .withMessageContaining("protection servers of cell " + cell.name());
      }
    }
  }

  /** Somebody on the way to a cell answers in place of its servers, whose key he has not. */
  @Test
  void whoHasATokenIsToldByWhoHasTheCellsKeyOnly() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start();
        EmbeddedCell impostor = EmbeddedCell.start();
        AfsClient client = cell.newClient();
        AfsClient misled = impostor.newClient();
        Identity alice = cell.caller("alice")) {
      impostor.addUser("mallory");
      impostor.addUser("alice");
      List<String> wanted = List.of("alice");
      Map<String, Integer> ids = client.users().ids(alice, cell.name(), wanted);
      assertThat(ids).containsOnlyKeys("alice");
      assertThat(client.users().names(alice, cell.name(), ids.values())).containsValue("alice");

      assertThat(misled.users().ids(Caller.anonymous(), cell.name(), wanted)).isNotEqualTo(ids);
      assertThatExceptionOfType(AfsException.TokenRejected.class)
          .isThrownBy(() -> misled.users().ids(alice, cell.name(), wanted))
          .withMessageContaining("heddle login " + cell.name());
      assertThatExceptionOfType(AfsException.TokenRejected.class)
          .isThrownBy(() -> misled.users().names(alice, cell.name(), ids.values()));
    }
  }

  @Test
  void aTokenThatHasExpiredIsNotTakenForNone() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start();
        AfsClient client = cell.newClient();
        Identity alice = Identity.named("alice")) {
      alice.set(cell.name(), cell.token("alice", Instant.now().minusSeconds(60)));
      assertThatExceptionOfType(AfsException.TokenExpired.class)
          .isThrownBy(() -> client.users().ids(alice, cell.name(), List.of("alice")));
      assertThat(client.statistics().calls("NameToId")).isZero();
    }
  }
}
