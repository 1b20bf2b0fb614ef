package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.auth.Caller;
import heddle.control.TokenStore.Distinction;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each user of a mount has its own tokens and no others. */
class TokenStoreTest {
  private static final int ALICE = 1000;
  private static final int BOB = 1001;
  private static final int ROOT = 0;

  private final Map<Integer, ProcessTable.Entry> processes = new HashMap<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final TokenStore byUser = store(Distinction.UID);
  private final TokenStore bySession = store(Distinction.SESSION);

  private TokenStore store(Distinction distinction) {
    return new TokenStore(distinction, pid -> Optional.ofNullable(processes.get(pid)), () -> now);
  }

  private static Optional<String> principal(Caller caller) {
    return caller.now().token("a").map(RxkadToken::client);
  }

  private void set(TokenStore store, int uid, int pid, String client) throws Exception {
    store.set(store.owner(uid, pid).orElseThrow(), "a", RequestTest.token(client));
  }

  @Test
  void whoGaveNoTokenIsAnybodyEvenRoot() throws Exception {
    assertThat(byUser.caller(ALICE, 1)).isEqualTo(Caller.anonymous());

    set(byUser, ALICE, 1, "alice");

    assertThat(principal(byUser.caller(ALICE, 99))).contains("alice");
    assertThat(byUser.caller(BOB, 1)).isEqualTo(Caller.anonymous());
    assertThat(byUser.caller(ROOT, 0)).isEqualTo(Caller.anonymous());
  }

  @Test
  void aRenewedTokenIsOfTheSameIdentity() throws Exception {
    set(byUser, ALICE, 1, "alice");
    Caller before = byUser.caller(ALICE, 1);

    set(byUser, ALICE, 1, "alice");

    assertThat(byUser.caller(ALICE, 1)).isSameAs(before);
  }

  @Test
  void aDroppedTokenIsGoneAndItsKeyOverwritten() throws Exception {
    set(byUser, ALICE, 1, "alice");
    set(byUser, BOB, 1, "bob");
    RxkadToken token = byUser.caller(ALICE, 1).token("a").orElseThrow();
    Owner alice = new Owner.User(ALICE);

    assertThat(byUser.drop(alice, Optional.of("other"))).isEmpty();
    assertThat(byUser.drop(alice, Optional.of("A"))).containsExactly("a");

    assertThat(byUser.caller(ALICE, 1)).isEqualTo(Caller.anonymous());
    assertThat(byUser.tokens(alice)).isEmpty();
    assertThat(principal(byUser.caller(BOB, 1))).contains("bob");
    assertThatThrownBy(token::sessionKey).isInstanceOf(RxkadException.class);
    assertThat(byUser.drop(alice, Optional.empty())).isEmpty();
  }

  @Test
  void sessionsOfOneUserAreStrangersToEachOther() throws Exception {
    processes.put(10, new ProcessTable.Entry(10, 100));
    processes.put(11, new ProcessTable.Entry(10, 110));
    processes.put(20, new ProcessTable.Entry(20, 200));

    set(bySession, ALICE, 11, "alice");

    assertThat(principal(bySession.caller(ALICE, 10))).contains("alice");
    assertThat(bySession.caller(ALICE, 20)).isEqualTo(Caller.anonymous());
    assertThat(bySession.caller(BOB, 10)).as("su").isEqualTo(Caller.anonymous());
    assertThat(bySession.caller(ALICE, 0)).as("the kernel").isEqualTo(Caller.anonymous());
  }

  @Test
  void aNewSessionOfAnOldNumberInheritsNothing() throws Exception {
    processes.put(10, new ProcessTable.Entry(10, 100));
    set(bySession, ALICE, 10, "alice");

    processes.put(10, new ProcessTable.Entry(10, 900));
    assertThat(bySession.caller(ALICE, 10)).isEqualTo(Caller.anonymous());
    processes.clear();
    assertThat(bySession.caller(ALICE, 10)).isEqualTo(Caller.anonymous());
  }

  @Test
  void thereIsALimitOnTokensOfOne() throws Exception {
    Owner alice = new Owner.User(ALICE);
    for (int i = 0; i < 64; i++) {
      byUser.set(alice, "cell" + i, RequestTest.token("alice"));
    }
    byUser.set(alice, "cell1", RequestTest.token("alice"));
    assertThatThrownBy(() -> byUser.set(alice, "one.more", RequestTest.token("alice")))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("heddle logout");
  }

  @Test
  void whereThereIsNoRoomWhatIsOldMakesWay() throws Exception {
    for (int uid = 0; uid < 4095; uid++) {
      set(byUser, uid, 1, "user");
    }
    RxkadToken old = RxkadToken.of("old", 256, new byte[100], new byte[8], Instant.EPOCH);
    byUser.set(new Owner.User(5000), "a", old);
    set(byUser, 5001, 1, "new");
    assertThat(byUser.caller(5000, 1)).isEqualTo(Caller.anonymous());

    now = now.plusSeconds(1);
    for (int uid = 0; uid < 4095; uid++) {
      byUser.caller(uid == 77 ? 5001 : uid, 1);
    }
    set(byUser, 5002, 1, "one more");
    assertThat(byUser.caller(77, 1)).as("used the longest time ago").isEqualTo(Caller.anonymous());
    assertThat(principal(byUser.caller(76, 1))).contains("user");
    assertThat(principal(byUser.caller(5002, 1))).contains("one more");
  }

  @Test
  void aUserWithManySessionsIsInItsOwnWay() throws Exception {
    processes.put(1, new ProcessTable.Entry(1, 1));
    set(bySession, BOB, 1, "bob");
    now = now.plusSeconds(1);
    for (int pid = 2; pid <= 4097; pid++) {
      processes.put(pid, new ProcessTable.Entry(pid, pid));
      set(bySession, ALICE, pid, "alice");
      now = now.plusSeconds(1);
    }

    assertThat(principal(bySession.caller(BOB, 1))).contains("bob");
    assertThat(bySession.caller(ALICE, 2)).as("its oldest").isEqualTo(Caller.anonymous());
    assertThat(principal(bySession.caller(ALICE, 4097))).contains("alice");
  }

  @Test
  void nothingIsLeftOfAClosedStore() throws Exception {
    set(byUser, ALICE, 1, "alice");
    RxkadToken token = byUser.caller(ALICE, 1).token("a").orElseThrow();

    byUser.close();

    assertThat(byUser.caller(ALICE, 1)).isEqualTo(Caller.anonymous());
    assertThatThrownBy(token::sessionKey).isInstanceOf(RxkadException.class);
  }
}
