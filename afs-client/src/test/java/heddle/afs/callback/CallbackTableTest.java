package heddle.afs.callback;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.Fid;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.WireFid;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every place at which the end of a promise can come between the request and its use. */
class CallbackTableTest {
  private static final UUID SERVER = new UUID(0, 1);
  private static final UUID OTHER_SERVER = new UUID(0, 2);
  private static final Fid FID = new Fid("example.org", 500, 2, 3);
  private static final WireFid WIRE_FID = WireFid.of(FID);
  private static final WireFid VOLUME = new WireFid(500, 0, 0);
  private static final CallbackPromise PROMISE =
      new CallbackPromise(1, Duration.ofSeconds(100), CallbackPromise.SHARED);
  private static final long NOW = -5; // clocks may be negative

  private final CallbackTable table = new CallbackTable();
  private final Watched watched = table.watch(FID);

  private Ticket request() {
    return table.begin(watched, SERVER, NOW);
  }

  private static boolean stands(Ticket ticket) {
    return ticket.grant(PROMISE).orElseThrow().stands(NOW);
  }

  @Test
  void anUnbrokenPromiseStands() {
    assertThat(stands(request())).isTrue();
  }

  @Test
  void aBreakBeforeTheRequestDoesNotMatter() {
    table.end(WIRE_FID);
    assertThat(stands(request())).isTrue();
  }

  @Test
  void aBreakWhileTheRequestIsUnderWayEndsThePromiseBeforeItIsKnown() {
    Ticket ticket = request();
    table.end(WIRE_FID);
    assertThat(ticket.isUnbroken()).isFalse();
    assertThat(stands(ticket)).isFalse();
  }

  @Test
  void aBreakAfterwardsEndsThePromise() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    table.end(WIRE_FID);
    assertThat(grant.stands(NOW)).isFalse();
  }

  @Test
  void aNewPromiseStandsAfterABreak() {
    Ticket before = request();
    table.end(WIRE_FID);
    Ticket after = request();
    assertThat(stands(after)).isTrue();
    assertThat(stands(before)).isFalse();
  }

  @Test
  void aBreakOfAnotherFidDoesNotMatter() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    table.end(new WireFid(500, 2, 4));
    table.end(new WireFid(501, 2, 3));
    assertThat(grant.stands(NOW)).isTrue();
  }

  @Test
  void aBreakOfTheVolumeEndsThePromise() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    Ticket underWay = request();
    table.end(VOLUME);
    assertThat(grant.stands(NOW)).isFalse();
    assertThat(stands(underWay)).isFalse();
    assertThat(stands(request())).isTrue();
  }

  @Test
  void aServerThatForgotItsPromisesEndsThemAll() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    Ticket underWay = request();
    table.endServer(SERVER);
    assertThat(grant.stands(NOW)).isFalse();
    assertThat(stands(underWay)).isFalse();
    assertThat(stands(request())).isTrue();
  }

  @Test
  void anotherServersPromisesAreItsOwn() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    table.endServer(OTHER_SERVER);
    assertThat(grant.stands(NOW)).isTrue();
    table.endAll();
    assertThat(grant.stands(NOW)).isFalse();
  }

  @Test
  void aPromiseEndsWithItsTime() {
    Grant grant = request().grant(PROMISE).orElseThrow();
    long end = NOW + Duration.ofSeconds(100).toNanos();
    assertThat(grant.stands(end - 1)).isTrue();
    assertThat(grant.stands(end)).isFalse();
  }

  @Test
  void noPromiseIsNone() {
    assertThat(request().grant(CallbackPromise.NONE)).isEmpty();
    assertThat(table.hasPromised(SERVER)).isFalse();
  }

  @Test
  void remembersWhoPromised() {
    request().grant(PROMISE);
    assertThat(table.hasPromised(SERVER)).isTrue();
    assertThat(table.hasPromised(OTHER_SERVER)).isFalse();
  }

  @Test
  void theSameFidIsBrokenInEveryCellForServersDoNotSayWhich() {
    Watched elsewhere = table.watch(new Fid("example.net", 500, 2, 3));
    Grant grant = table.begin(elsewhere, OTHER_SERVER, NOW).grant(PROMISE).orElseThrow();
    table.end(WIRE_FID);
    assertThat(grant.stands(NOW)).isFalse();
  }

  @Test
  void breaksOfUnknownFidsLeaveNothingBehind() {
    for (int i = 0; i < 1000; i++) {
      table.end(new WireFid(i, i, i));
      table.end(new WireFid(i, 0, 0));
    }
    assertThat(table.cells()).containsExactly("example.org");
    assertThat(stands(request())).isTrue();
  }
}
