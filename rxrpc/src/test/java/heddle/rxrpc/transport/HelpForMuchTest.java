package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.Receiver.Help;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When users that wait for much receive meanwhile. */
class HelpForMuchTest {
  private static final int MANY = 1_000;

  private final HelpForMuch help = new HelpForMuch();

  private void inVain(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(help.isWorthIt()).isTrue();
      help.ended(Help.NOT_ENOUGH_CAME);
    }
  }

  /** Returns how many waits go by without help until it is tried again. */
  private int waitsWithout() {
    int waits = 0;
    while (waits < MANY && !help.isWorthIt()) {
      waits++;
    }
    return waits;
  }

  @Test
  void isGivenUpAfterAFewTimesInVainAndTriedAgain() {
    inVain(3);
    assertThat(waitsWithout()).isEqualTo(63);
    help.ended(Help.NOT_ENOUGH_CAME);
    assertThat(waitsWithout()).isEqualTo(63);
  }

  @Test
  void burstsDoNotKeepIt() {
    int vain = 0;
    for (; vain < MANY && help.isWorthIt(); vain++) {
      for (int i = 0; i < 5; i++) {
        help.ended(Help.OVER);
      }
      help.ended(Help.NOT_ENOUGH_CAME); // the pause after each
    }
    assertThat(vain).isEqualTo(7);
  }

  @Test
  void pausesOfTheMachineDoNotEndIt() {
    for (int i = 0; i < MANY; i++) {
      help.ended(i % 20 == 0 ? Help.NOT_ENOUGH_CAME : Help.OVER);
      assertThat(help.isWorthIt()).isTrue();
    }
  }

  @Test
  void aTryThatWasEnoughBringsItBack() {
    inVain(3);
    assertThat(waitsWithout()).isPositive();
    help.ended(Help.OVER);
    assertThat(waitsWithout()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"THREAD_RECEIVES", "OTHERS_FOLLOW", "NOT_GIVEN"})
  void whatWasNoHelpIsNotInVain(Help end) {
    for (int i = 0; i < MANY; i++) {
      help.ended(end);
      assertThat(help.isWorthIt()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"THREAD_RECEIVES", "OTHERS_FOLLOW", "NOT_GIVEN"})
  void triesAgainUntilHelpWasGiven(Help end) {
    inVain(3);
    assertThat(waitsWithout()).isPositive();
    help.ended(end); // the thread has the port; now that a user looked, it leaves it
    assertThat(waitsWithout()).isZero();
    help.ended(Help.NOT_ENOUGH_CAME);
    assertThat(waitsWithout()).isPositive();
  }
}
