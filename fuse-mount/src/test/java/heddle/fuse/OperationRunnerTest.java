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

  private static int interrupted() {
    return new OperationRunner(
            new Credentials(
                () -> {
                  throw new AssertionError("nobody is asked");
                },
                MountIdentities.anonymous()),
            path -> path)
        .run(
            "test",
            "subject",
            () -> {
              throw new AfsException.Interrupted("for a test");
            });
  }

  @Test
  void whoIsGivenUpForWantOfThreadsIsToldThatTimeIsOut() {
    CurrentRequest request = CurrentRequest.ofThread();
    request.begin(1);
    assertThat(interrupted()).isEqualTo(Errno.EINTR.result());

    request.giveUp();
    assertThat(interrupted()).isEqualTo(Errno.ETIMEDOUT.result());

    request.begin(1);
    assertThat(interrupted()).isEqualTo(Errno.EINTR.result());
  }
}
