package heddle.afs.location;

import static heddle.afs.location.CallFailure.Kind.BUSY;
import static heddle.afs.location.CallFailure.Kind.CLOSED;
import static heddle.afs.location.CallFailure.Kind.INTERRUPTED;
import static heddle.afs.location.CallFailure.Kind.MALFORMED;
import static heddle.afs.location.CallFailure.Kind.SILENT;
import static heddle.afs.location.CallFailure.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.location.ServerRotation.Patience;
import heddle.afs.location.ServerRotation.Step;
import heddle.afs.rpc.AfsErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServerRotationTest {
  private static final int EACCES = 13;
  private static final int RXKADEXPIRED = 19270409;
  private static final int RX_PROTOCOL_ERROR = -5;
  private static final int MAX_STEPS = 20;
  private static final String ON_AND_ON = " ...";

  private static CallFailure abort(int code) {
    return CallFailure.aborted(code);
  }

  private static CallFailure fail(CallFailure.Kind kind) {
    return CallFailure.of(kind, "test");
  }

  /**
   * What two servers, each failing like that for ever, lead to; the database never knows better.
   */
  static Stream<Arguments> everyServerFailsAlike() {
    return Stream.of(
        // the file or the caller is the reason: no other server would say anything else
        Arguments.of(abort(EACCES), "0 fail"),
        Arguments.of(abort(AfsErrorCode.VNOVNODE), "0 fail"),
        Arguments.of(abort(AfsErrorCode.VOVERQUOTA), "0 fail"),
        Arguments.of(abort(RXKADEXPIRED), "0 fail"),
        Arguments.of(fail(INTERRUPTED), "0 fail"),
        Arguments.of(fail(CLOSED), "0 fail"),
        // the server is the reason
        Arguments.of(abort(RX_PROTOCOL_ERROR), "0 1 fail"),
        Arguments.of(fail(MALFORMED), "0 1 fail"),
        Arguments.of(fail(SILENT), "0 1 look wait 0 1 wait 0 1 wait 0 1 ..."),
        Arguments.of(fail(UNREACHABLE), "0 1 look wait 0 1 wait 0 1 wait 0 1 ..."),
        // it passes
        Arguments.of(fail(BUSY), "0 1 wait 0 1 wait 0 1 wait 0 1 wait ..."),
        Arguments.of(abort(AfsErrorCode.VBUSY), "0 1 wait 0 1 wait 0 1 wait 0 1 wait ..."),
        Arguments.of(abort(AfsErrorCode.VRESTARTING), "0 1 wait 0 1 wait 0 1 wait 0 1 wait ..."),
        // the volume is the reason: the database may know more; a few rounds, then no more
        Arguments.of(abort(AfsErrorCode.VNOVOL), "0 look 1 wait 0 1 wait 0 1 wait 0 1 fail"),
        Arguments.of(abort(AfsErrorCode.VOFFLINE), "0 look 1 wait 0 1 wait 0 1 wait 0 1 fail"),
        Arguments.of(abort(AfsErrorCode.VSALVAGE), "0 look 1 wait 0 1 wait 0 1 wait 0 1 fail"),
        // the database must follow, sooner or later
        Arguments.of(
            abort(AfsErrorCode.VMOVED),
            "0 look wait 0 look wait 0 look wait 0 look wait 0 look wait 0 1 fail"));
  }

  @ParameterizedTest
  @MethodSource
  void everyServerFailsAlike(CallFailure failure, String expected) {
    ServerRotation rotation = new ServerRotation(2, Patience.UNTIL_DEADLINE);
    String trace = trace(rotation, server -> failure, false);
    if (expected.endsWith(ON_AND_ON)) {
      assertThat(trace).startsWith(expected.substring(0, expected.indexOf(ON_AND_ON)));
      assertThat(trace).doesNotContain("fail");
    } else {
      assertThat(trace).isEqualTo(expected);
    }
  }

  @Test
  void aVolumeThatMovedForEverIsGivenUp() {
    ServerRotation rotation = new ServerRotation(1, Patience.UNTIL_DEADLINE);
    List<String> steps = steps(rotation, server -> abort(AfsErrorCode.VMOVED), false, 100);
    assertThat(steps).endsWith("fail").hasSizeLessThan(20);
  }

  @Test
  void aVolumeThatMovedIsFoundWhereTheDatabaseSays() {
    ServerRotation rotation = new ServerRotation(2, Patience.UNTIL_DEADLINE);
    assertThat(rotation.first()).isEqualTo(new Step.Try(0));
    assertThat(rotation.after(abort(AfsErrorCode.VMOVED))).isEqualTo(new Step.LookUp());
    assertThat(rotation.lookedUp(true, 1)).isEqualTo(new Step.Try(0));
  }

  @Test
  void serversThatHaveBeenDownForLongGetOneRound() {
    ServerRotation rotation = new ServerRotation(2, Patience.ONE_ROUND);
    assertThat(trace(rotation, server -> fail(SILENT), false)).isEqualTo("0 1 look fail");
  }

  @Test
  void otherAddressesInTheDatabaseAreTriedAtOnce() {
    ServerRotation rotation = new ServerRotation(1, Patience.ONE_ROUND);
    assertThat(steps(rotation, server -> fail(SILENT), true, 3)).containsExactly("0", "look", "0");
  }

  @Test
  void oneBusyServerIsEnoughToWait() {
    ServerRotation rotation = new ServerRotation(2, Patience.ONE_ROUND);
    assertThat(
            steps(
                rotation,
                server -> server == 0 ? abort(AfsErrorCode.VBUSY) : fail(SILENT),
                false,
                4))
        .containsExactly("0", "1", "wait", "0");
  }

  @Test
  void aVolumeOnNoServerIsLookedUpOnce() {
    ServerRotation rotation = new ServerRotation(0, Patience.UNTIL_DEADLINE);
    assertThat(steps(rotation, server -> fail(SILENT), false, 9)).containsExactly("look", "fail");
  }

  @Test
  void knowsWhetherOthersAreLeft() {
    ServerRotation rotation = new ServerRotation(2, Patience.UNTIL_DEADLINE);
    rotation.first();
    assertThat(rotation.othersLeft()).isTrue();
    rotation.after(fail(SILENT));
    assertThat(rotation.othersLeft()).isFalse();
  }

  private static String trace(
      ServerRotation rotation, Function<Integer, CallFailure> failures, boolean changed) {
    return String.join(" ", steps(rotation, failures, changed, MAX_STEPS));
  }

  /** Lets each server fail and each look-up say {@code changed}; says what happened. */
  private static List<String> steps(
      ServerRotation rotation,
      Function<Integer, CallFailure> failures,
      boolean changed,
      int limit) {
    List<String> steps = new ArrayList<>();
    Step step = rotation.first();
    while (true) {
      steps.add(
          switch (step) {
            case Step.Try(int server) -> Integer.toString(server);
            case Step.LookUp() -> "look";
            case Step.Wait(var pause) -> "wait";
            case Step.GiveUp(var failure) -> "fail";
          });
      if (step instanceof Step.GiveUp || steps.size() == limit) {
        return steps;
      }
      step =
          switch (step) {
            case Step.Try(int server) -> rotation.after(failures.apply(server));
            case Step.LookUp() -> rotation.lookedUp(changed, 1);
            case Step.Wait(var pause) -> rotation.waited();
            case Step.GiveUp(var failure) -> throw new AssertionError(failure);
          };
    }
  }
}
