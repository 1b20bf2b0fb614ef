package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.afs.location.CallFailure;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users with tokens, of one process, in one cell. */
class IdentitiesTest {
  private static final String CELL = "example.org";
  private static final String FILE = "/example.org/private/secret";
  private static final int READ = AccessRights.READ | AccessRights.LOOKUP;
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private static final int RXKADEXPIRED = 19270409;
  private static final int RXKADUNKNOWNKEY = 19270408;

  private final ClientFixture afs = new ClientFixture();
  private final Identity alice = Identity.named("uid 1");
  private final Identity bob = Identity.named("uid 2");
  private FakeVolume volume;

  @BeforeEach
  void privateDirectory() throws Exception {
    volume = afs.cell.volume("root.cell", afs.fs1);
    volume.dir("private").file("private/secret", "secret").file("open", "open");
    volume.setRights("private", Caller.anonymous(), AccessRights.LOOKUP);
    volume.setRights("private", "alice", READ);
    alice.set(CELL, token("alice", LATER));
    bob.set(CELL, token("bob", LATER));
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private static RxkadToken token(String client, Instant expiry) throws RxkadException {
    return RxkadToken.of(client, 256, new byte[100], new byte[8], expiry);
  }

  private void assertDenied(Caller caller) {
    assertThatThrownBy(() -> afs.read(caller, FILE))
        .isInstanceOf(AfsException.PermissionDenied.class);
  }

  private AfsFile open(Caller caller) throws AfsException {
    return afs.client().open(caller, AfsPath.of(FILE), FinalLink.FOLLOW);
  }

  @Test
  void eachReadsWhatItsOwnTokenLetsItRead() throws Exception {
    assertThat(afs.read(alice, FILE)).isEqualTo("secret");
    assertDenied(bob);
    assertDenied(Caller.anonymous());
    assertThat(afs.read(alice, FILE)).isEqualTo("secret");
  }

  @Test
  void whoHasNoTokenForTheCellIsAnybodyThere() {
    Identity stranger = Identity.named("uid 3");
    assertDenied(stranger);
  }

  @Test
  void logoutTakesRightsAwayThoughDataAndRightsAreCached() throws Exception {
    assertThat(afs.read(alice, FILE)).isEqualTo("secret");

    alice.drop(CELL);

    assertDenied(alice);
  }

  @Test
  void anotherTokenOfTheSameUserAsksForItsRightsAnew() throws Exception {
    assertDenied(bob);
    volume.setRights("private", "bob", READ);
    assertThat(afs.read(bob, FILE)).isEqualTo("secret");
    afs.cell.forgetCalls();

    afs.read(bob, FILE);
    assertThat(afs.cell.calls()).isEmpty();
    bob.set(CELL, token("bob", LATER));
    afs.read(bob, FILE);

    assertThat(afs.cell.calls("FetchStatus")).isPositive();
    assertThat(afs.cell.calls("FetchData64")).isZero();
  }

  @Test
  void anOpenFileUsesRenewedTokens() throws Exception {
    try (AfsFile file = open(alice)) {
      alice.set(CELL, token("alice", LATER));
      assertThat(ClientFixture.read(file)).isEqualTo("secret");
    }
  }

  @Test
  void anOpenFileStaysWithWhoOpenedIt() throws Exception {
    try (AfsFile ofBob = open(bob);
        AfsFile ofAlice = open(alice);
        AfsFile ofNobody = open(Caller.anonymous())) {
      bob.set(CELL, token("alice", LATER));
      alice.set(CELL, token("bob", LATER));

      assertThatThrownBy(() -> ClientFixture.read(ofBob))
          .isInstanceOf(AfsException.PermissionDenied.class);
      assertThatThrownBy(() -> ClientFixture.read(ofAlice))
          .isInstanceOf(AfsException.PermissionDenied.class);
      assertThatThrownBy(() -> ClientFixture.read(ofNobody))
          .isInstanceOf(AfsException.PermissionDenied.class);
      assertThat(afs.read(bob, FILE)).as("opened anew").isEqualTo("secret");
    }
  }

  @Test
  void anExpiredTokenIsSaidAndNoServerIsAsked() throws Exception {
    alice.set(CELL, token("alice", Instant.EPOCH));
    afs.read("/example.org/open");
    afs.cell.forgetCalls();

    assertThatThrownBy(() -> afs.read(alice, "/example.org/open"))
        .isInstanceOf(AfsException.TokenExpired.class)
        .hasMessageContaining("alice")
        .hasMessageContaining("1970-01-01T00:00:00Z")
        .hasMessageContaining("heddle login example.org");
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void theNextCallUsesTheRenewedToken() throws Exception {
    try (AfsFile file = open(alice)) {
      alice.set(CELL, token("alice", Instant.EPOCH));
      assertThatThrownBy(() -> ClientFixture.read(file))
          .isInstanceOf(AfsException.TokenExpired.class);

      alice.set(CELL, token("alice", LATER));
      assertThat(ClientFixture.read(file)).isEqualTo("secret");
    }
  }

  @Test
  void aServerThatFindsTheTokenExpiredOrUnknownIsExplained() throws Exception {
    afs.read("/example.org/open"); // so that the next call is about the file
    afs.fs1.failNext(CallFailure.aborted(RXKADEXPIRED), CallFailure.aborted(RXKADUNKNOWNKEY));

    assertThatThrownBy(() -> afs.read(alice, FILE))
        .isInstanceOf(AfsException.TokenExpired.class)
        .hasMessageContaining("heddle login example.org");
    assertThatThrownBy(() -> afs.read(alice, FILE))
        .isInstanceOf(AfsException.TokenRejected.class)
        .hasMessageContaining("RXKADUNKNOWNKEY")
        .hasMessageContaining("heddle login example.org");
  }

  @Test
  void aLevelBelowTheFloorOfTheCellIsRefused() throws Exception {
    var levels = new Protection.Levels(RxkadLevel.CRYPT, RxkadLevel.AUTH);
    afs.protection(Protection.DEFAULT.with("Example.ORG", levels));
    Identity careless = Identity.named("careless", RxkadLevel.CLEAR);
    Identity careful = Identity.named("careful", RxkadLevel.AUTH);
    careless.set(CELL, token("alice", LATER));
    careful.set(CELL, token("alice", LATER));

    assertThatThrownBy(() -> afs.read(careless, FILE))
        .isInstanceOf(AfsException.TokenRejected.class)
        .hasMessageContaining("floor");
    assertThat(afs.read(careful, FILE)).isEqualTo("secret");
    assertThat(afs.read("/example.org/open")).as("anybody").isEqualTo("open");
  }
}
