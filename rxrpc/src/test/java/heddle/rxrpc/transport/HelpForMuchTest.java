package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.Receiver.Help;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a user that waits for much receives meanwhile. */
class HelpForMuchTest {
  private final HelpForMuch help = new HelpForMuch();

  private void inVain() {
    for (int i = 0; i < 3; i++) {
      assertThat(help.isWorthIt()).isTrue();
      help.ended(Help.NOT_ENOUGH_CAME);
    }
  }

  /** Returns how many waits go by without help until it is tried again. */
  private int waitsWithout() {
    int waits = 0;
    for (; !help.isWorthIt(); waits++) {
      help.notOffered();
    }
    return waits;
  }

  @Test
  void isGivenUpAfterAFewTimesInVainAndTriedAgain() {
    inVain();
    assertThat(waitsWithout()).isEqualTo(61);
    help.ended(Help.NOT_ENOUGH_CAME);
    assertThat(waitsWithout()).isEqualTo(63);
  }

  @Test
  void oneThatWasEnoughBringsItBack() {
    inVain();
    waitsWithout();
    help.ended(Help.OVER);
    inVain();
    assertThat(help.isWorthIt()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"THREAD_RECEIVES", "OTHERS_FOLLOW", "NOT_GIVEN"})
  void whatWasNoHelpIsNotInVain(Help end) {
    for (int i = 0; i < 100; i++) {
      help.ended(end);
      assertThat(help.isWorthIt()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"THREAD_RECEIVES", "OTHERS_FOLLOW", "NOT_GIVEN"})
  void triesAgainUntilHelpWasGiven(Help end) {
    inVain();
    waitsWithout();
    help.ended(end); // the thread has the port; now that a user looked, it leaves it
    assertThat(help.isWorthIt()).isTrue();
  }
}
