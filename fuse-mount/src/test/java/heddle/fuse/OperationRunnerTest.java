package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import org.junit.jupiter.api.Test;

final class OperationRunnerTest {
  @Test
  void aReportThatBreaksReachesNativeCodeNoMore() {
    var broken =
        new Credentials(
            () -> {
              throw new OutOfMemoryError("for a test");
            },
            MountIdentities.anonymous());
    int result =
        new OperationRunner(broken, path -> path)
            .run(
                "test",
                "subject",
                () -> {
                  throw new AfsException.TokenRejected("for a test");
                });

    assertThat(result).isEqualTo(Errno.EKEYREJECTED.result());
  }
}
