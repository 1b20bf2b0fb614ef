package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import heddle.control.MountFacts.CellFacts;
import heddle.control.TokenStore.Distinction;
import heddle.fuse.Errno;
import heddle.fuse.MemoryTree;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real socket, and this process at both ends of it. */
class ControlServerTest {
  private static final int ME = (int) new UnixSystem().getUid();
  private static final MountFacts FACTS =
      new MountFacts(
          "a.example",
          Distinction.UID,
          List.of(new CellFacts("a.example", "crypt", List.of("db.a.example"))));

  @TempDir private Path directory;

  private final TokenStore store = TokenStore.by(Distinction.UID);
  private final MemoryTree tree = new MemoryTree();
  private ControlPlace place;
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    server = start(SocketCalls.load(), store, Duration.ofMinutes(10));
  }

  private ControlServer start(SocketCalls calls, TokenStore tokens, Duration patience)
      throws IOException {
    place = ControlPlace.below(List.of(directory), ControlPlace.Audience.OWNER);
    var answers = new MountAnswers(tokens, () -> FACTS, new FsService(tree), ME);
    return ControlServer.start(calls, place, answers, patience);
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private ControlClient client() {
    return new ControlClient(server.socket(), ME);
  }

  private UnixSocket connect() throws IOException {
    return UnixSocket.connect(SocketCalls.load(), server.socket(), Duration.ofSeconds(60));
  }

  @Test
  void whatFsAsksIsDoneInTheTree() throws Exception {
    tree.directory("/dir").file("/dir/file", "text");
    byte[] path = "/dir/file".getBytes(StandardCharsets.UTF_8);

    FsAnswer.Volume volume =
        client().fs().ask(new FsRequest.ReadVolume(path), FsAnswer.Volume.class);

    assertThat(volume.status().name()).isEqualTo("memory");
    byte[] nowhere = "/nowhere".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> client().fs().ask(new FsRequest.ReadVolume(nowhere)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.kind()).isEqualTo(Errno.ENOENT));
    byte[] zero = {'/', 0};
    assertThatThrownBy(() -> client().fs().ask(new FsRequest.ReadVolume(zero)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.kind()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void aUserSetsSeesAndDropsItsTokens() throws Exception {
    assertThat(client().describe()).isEqualTo(FACTS);
    assertThat(client().tokens()).isEmpty();
    RxkadToken token = RequestTest.token("alice@A");

    client().set("A.example", token);

    assertThat(client().tokens())
        .containsExactly(new TokenFacts("a.example", "alice@A", token.expiry()));
    assertThat(store.caller(ME, 1).token("a.example").orElseThrow().sessionKey())
        .isEqualTo(token.sessionKey());
    assertThat(store.caller(ME + 1, 1).token("a.example")).isEmpty();

    assertThat(client().drop(Optional.empty())).containsExactly("a.example");
    assertThat(client().tokens()).isEmpty();
  }

  @Test
  void aCellThatTheMountDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> client().set("other.example", RequestTest.token("alice")))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("other.example");
  }

  @Test
  void aProcessThatIsNotTheMountsOwnerIsToldNothing() {
    assertThatThrownBy(() -> new ControlClient(server.socket(), ME + 1).tokens())
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("in place of the mount");
  }

  @Test
  void whatIsNoRequestIsRefusedAndHarmsNobody() throws Exception {
    for (byte[] bytes :
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {'H', 'D', 'L', '1', 0x7f, -1, -1, -1},
            new byte[] {'H', 'D', 'L', '1', 0, 0, 0, 0},
            new byte[] {'H', 'D', 'L', '1', 0, 0, 0, 8, 9, 9, 9, 9, 9, 9, 9, 9})) {
      try (UnixSocket socket = connect()) {
        socket.send(bytes);
        try (Message message = new Line(socket).receive()) {
          assertThat(Reply.read(message)).isInstanceOf(Reply.Refused.class);
        }
      }
    }
    assertThat(client().describe()).isEqualTo(FACTS);
  }

  @Test
  void whoHoldsTooManyConnectionsGetsNoMore() throws Exception {
    var held = new ArrayList<UnixSocket>();
    try {
      for (int i = 0; i < 4; i++) {
        held.add(connect());
      }
      // connections are taken in the order in which they were made
      assertThatThrownBy(() -> client().describe()).isInstanceOf(IOException.class);
    } finally {
      held.forEach(UnixSocket::close);
    }
  }

  @Test
  void whatGoesWrongWithOneConnectionIsNotTheEnd() throws Exception {
    server.close();
    SocketCalls real = SocketCalls.load();
    var failures =
        new ArrayDeque<Throwable>(
            List.of(new IllegalStateException("for a test"), new OutOfMemoryError("for a test")));
    server =
        start(
            (SocketCalls)
                Proxy.newProxyInstance(
                    SocketCalls.class.getClassLoader(),
                    new Class<?>[] {SocketCalls.class},
                    (proxy, method, arguments) -> {
                      if (method.getName().equals("getsockopt") && !failures.isEmpty()) {
                        throw failures.remove(); // only the thread that accepts gets here
                      }
                      return method.invoke(real, arguments);
                    }),
            store,
            Duration.ofMinutes(10));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> client().describe()).isInstanceOf(IOException.class);
    }
    assertThat(client().describe()).isEqualTo(FACTS);
  }

  @Test
  void allThatIsDoneWithOnePeerHasOneDeadline() throws Exception {
    server.close();
    server = start(SocketCalls.load(), store, Duration.ofMillis(50));
    try (UnixSocket trickling = connect()) {
      trickling.send(new byte[] {'H', 'D', 'L', '1', 0, 3, -1, -8}); // of the longest message
      byte[] one = new byte[1];
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 0x3fff8 - 1; i++) { // never whole, so only time can end it
                  trickling.send(one);
                }
                trickling.receive(one);
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aSessionThatCannotBeToldIsAnsweredWithWhatHelps() throws Exception {
    server.close();
    TokenStore blind =
        new TokenStore(Distinction.SESSION, pid -> Optional.empty(), InstantSource.system());
    server = start(SocketCalls.load(), blind, Duration.ofMinutes(10));

    assertThatThrownBy(() -> client().tokens())
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("setsid")
        .hasMessageContaining("--identity uid")
        .hasMessageContaining("/proc");
    assertThatThrownBy(() -> client().set("a.example", RequestTest.token("alice")))
        .isInstanceOf(NoSessionException.class);
  }

  @Test
  void theSocketIsInAPlaceOfOnesOwnAndGoesWithTheServer() throws Exception {
    Path home = server.socket().getParent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");

    server.close();

    assertThat(home).doesNotExist();
    assertThatThrownBy(() -> client().tokens()).isInstanceOf(ConnectException.class);
  }

  @Test
  void aPlaceForEverybodyCanBeReachedButNotLookedInto() throws Exception {
    try (ControlPlace open =
        ControlPlace.below(
            List.of(directory.resolve("none"), directory), ControlPlace.Audience.EVERYBODY)) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(open.socket().getParent())))
          .isEqualTo("rwx--x--x");
    }
    assertThatThrownBy(() -> ControlPlace.below(List.of(), ControlPlace.Audience.OWNER))
        .isInstanceOf(IOException.class);
  }
}
