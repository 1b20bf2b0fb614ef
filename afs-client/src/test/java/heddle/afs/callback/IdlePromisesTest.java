package heddle.afs.callback;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.Fid;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.WireFid;
import heddle.afs.testkit.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdlePromisesTest {
  private static final UUID SERVER = new UUID(1, 2);
  private static final UUID OTHER = new UUID(1, 3);
  private static final CallbackPromise HOUR =
      new CallbackPromise(1, Duration.ofHours(1), CallbackPromise.SHARED);

  private record Call(UUID server, List<WireFid> fids) {}

  private final FakeClock clock = new FakeClock();
  private final CallbackTable table = new CallbackTable();
  private final List<Call> calls = new ArrayList<>();
  private Runnable during = () -> {};
  private CallFailure failure;
  private boolean down;
  private final IdlePromises idle = new IdlePromises(this::giveUp, clock);

  private boolean giveUp(UUID server, List<WireFid> fids) throws CallFailure {
    calls.add(new Call(server, fids));
    during.run();
    if (failure != null) {
      throw failure;
    }
    return !down;
  }

  private Watched file(int vnode) {
    return table.watch(new Fid("c", 1, vnode, 1));
  }

  private Ticket ask(Watched file) {
    return table.begin(file, SERVER, clock.nanoTime());
  }

  private Grant promise(Watched file) {
    return ask(file).grant(HOUR).orElseThrow();
  }

  private boolean stands(Grant grant) {
    return grant.stands(clock.nanoTime());
  }

  private void round() {
    idle.round(fid -> false);
  }

  @Test
  void whatIsNotNeededIsGivenUp() {
    Watched file = file(2);
    Grant grant = promise(file);
    idle.offer(file, grant);

    round();

    assertThat(calls).containsExactly(new Call(SERVER, List.of(WireFid.of(file.fid()))));
    assertThat(stands(grant)).isFalse();
    assertThat(stands(promise(file))).isTrue(); // whoever asks again is promised again
    round();
    assertThat(calls).hasSize(1);
  }

  @Test
  void fiftyGoIntoOneCallAndEachServerHasItsOwn() {
    for (int i = 0; i < 120; i++) {
      Watched file = file(2 * i);
      idle.offer(file, promise(file));
    }
    Watched elsewhere = file(1001);
    idle.offer(
        elsewhere, table.begin(elsewhere, OTHER, clock.nanoTime()).grant(HOUR).orElseThrow());

    round();

    assertThat(calls.stream().map(call -> call.fids().size())).containsExactly(50, 50, 20, 1);
    assertThat(calls.getLast().server()).isEqualTo(OTHER);
  }

  @Test
  void whatIsNeededAgainIsKept() {
    Watched file = file(2);
    Grant grant = promise(file);
    idle.offer(file, grant);

    idle.round(file.fid()::equals);

    assertThat(calls).isEmpty();
    assertThat(stands(grant)).isTrue();
  }

  @Test
  void whatIsBrokenOrOverIsNotGivenUp() {
    Watched broken = file(2);
    idle.offer(broken, promise(broken));
    table.end(WireFid.of(broken.fid()));
    Watched old = file(4);
    idle.offer(old, promise(old));
    clock.advance(Duration.ofHours(2));

    round();

    assertThat(calls).isEmpty();
  }

  @Test
  void oneThatWasOfferedTwiceIsGivenUpOnce() {
    Watched file = file(2);
    idle.offer(file, promise(file));
    idle.offer(file, promise(file));

    round();

    assertThat(calls).singleElement().extracting(call -> call.fids().size()).isEqualTo(1);
  }

  /** The server may make its promise before it hears that all about the fid are given up. */
  @Test
  void whatIsAskedForWhileItIsGivenUpIsNotBelieved() {
    Watched file = file(2);
    idle.offer(file, promise(file));
    List<Ticket> tickets = new ArrayList<>();
    during =
        () -> {
          Ticket ticket = ask(file);
          assertThat(ticket.grant(HOUR)).isEmpty();
          tickets.add(ticket);
        };

    round();

    assertThat(tickets.getFirst().grant(HOUR).filter(this::stands)).isEmpty();
    assertThat(stands(promise(file))).isTrue();
  }

  @Test
  void whatWasAskedForBeforeAndIsAnsweredAfterwardsIsNotBelieved() {
    Watched file = file(2);
    idle.offer(file, promise(file));
    Ticket early = ask(file);

    round();

    assertThat(early.grant(HOUR).filter(this::stands)).isEmpty();
  }

  @Test
  void othersAreBelievedAllTheTime() {
    Watched file = file(2);
    Watched other = file(4);
    Grant grant = promise(other);
    idle.offer(file, promise(file));
    during =
        () -> {
          assertThat(stands(grant)).isTrue();
          assertThat(stands(promise(other))).isTrue();
        };

    round();

    assertThat(calls).hasSize(1);
  }

  /** A call without an answer may reach the server when nobody thinks of it any more. */
  @Test
  void afterACallWithoutAnAnswerNoPromiseIsBelievedForAWhile() {
    Watched file = file(2);
    idle.offer(file, promise(file));
    failure = CallFailure.of(CallFailure.Kind.UNREACHABLE, "test");

    round();
    clock.advance(Duration.ofSeconds(119));
    round();

    Ticket doubtful = ask(file);
    assertThat(doubtful.grant(HOUR)).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    round();

    assertThat(doubtful.grant(HOUR).filter(this::stands)).isEmpty();
    assertThat(stands(promise(file))).isTrue();
  }

  @Test
  void aServerThatFailsIsNotAskedAgainInTheSameRound() {
    for (int i = 0; i < 120; i++) {
      Watched file = file(2 * i);
      idle.offer(file, promise(file));
    }
    down = true;

    round();

    assertThat(calls).hasSize(1);
  }
}
