package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sessions, told from each other by when they began. */
class ProcessTableTest {
  private static final String LINE =
      "42 (a ) R 1 x) S 41 40 39 34816 0 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1000 100";

  @Test
  void linesAreReadThoughNamesHaveParentheses() {
    assertThat(ProcessTable.parse(LINE)).contains(new ProcessTable.Entry(39, 12345));
  }

  @Test
  void whatIsNoLineIsNoProcess() {
    assertThat(ProcessTable.parse("")).isEmpty();
    assertThat(ProcessTable.parse("42 (cat) S 41 40")).isEmpty();
    assertThat(ProcessTable.parse(LINE.replace("39", "x"))).isEmpty();
  }

  @Test
  void aSessionIsItsNumberUserAndBeginning() {
    Map<Integer, ProcessTable.Entry> processes =
        Map.of(
            7, new ProcessTable.Entry(5, 300),
            5, new ProcessTable.Entry(5, 100),
            8, new ProcessTable.Entry(6, 300));
    ProcessTable table = pid -> Optional.ofNullable(processes.get(pid));

    assertThat(table.session(1000, 7)).contains(new Owner.Session(1000, 5, 100));
    assertThat(table.session(1000, 8)).as("its first process has ended").isEmpty();
    assertThat(table.session(1000, 9)).as("no such process").isEmpty();
    assertThat(table.session(1000, 0)).as("unknown").isEmpty();
  }

  @Test
  void theKernelKnowsThisProcess() {
    int pid = (int) ProcessHandle.current().pid();

    assertThat(ProcessTable.ofKernel().find(pid)).isPresent();
    assertThat(ProcessTable.ofKernel().find(-1)).isEmpty();
  }
}
