package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PendingSignalsTest {
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0000000000000000, false",
    "0000000000000002, 0000000000000000, true", // INT, of the thread
    "0000000000000000, 0000000000004000, true", // TERM, of the process
    "0000000000000100, 0000000000000000, true", // KILL
    "0000000000010000, 0000000000400000, false", // CHLD, URG
    "ffffffff00000000, 0000000000000000, false" // real-time signals
  })
  void signalsThatEndAProcessAreTold(String thread, String process, boolean deadly) {
    String status =
        "Name:\tcat\nPid:\t2\nSigQ:\t2/95\nSigPnd:\t%s\nShdPnd:\t%s\nSigBlk:\t0000000000004102\n"
            .formatted(thread, process);

    assertThat(PendingSignals.isDeadly(status)).isEqualTo(deadly);
  }

  @Test
  void threadThatHasEndedWaitsForNothing() {
    assertThat(PendingSignals.isEndOf(Integer.MAX_VALUE)).isTrue();
    assertThat(PendingSignals.isEndOf(0)).as("somebody we cannot see").isFalse();
    assertThat(PendingSignals.isEndOf((int) ProcessHandle.current().pid())).isFalse();
  }
}
