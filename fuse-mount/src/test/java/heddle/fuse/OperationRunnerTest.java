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
    return fail(new AfsException.Interrupted("for a test"));
  }

  private static int fail(AfsException failure) {
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
              throw failure;
            });
  }

  @Test
  void whoIsGivenUpForWantOfThreadsIsToldThatTimeIsOut() {
    CurrentRequest request = CurrentRequest.ofThread();
    request.begin(1, null);
    assertThat(interrupted()).isEqualTo(Errno.EINTR.result());

    request.giveUp();
    assertThat(interrupted()).isEqualTo(Errno.ETIMEDOUT.result());

    request.begin(1, null);
    assertThat(interrupted()).isEqualTo(Errno.EINTR.result());
  }

  @Test
  void aChangeThatIsGivenUpWhenItWasSentMayHaveBeenMade() {
    var sent =
        new AfsException.Interrupted("for a test", new AfsException.OutcomeUnknown("for a test"));
    CurrentRequest request = CurrentRequest.ofThread();
    request.begin(1, null);
    assertThat(fail(sent)).isEqualTo(Errno.EINTR.result());

    request.giveUp();
    Thread.currentThread().interrupt();
    assertThat(fail(sent)).isEqualTo(Errno.EIO.result());
    assertThat(Thread.interrupted()).isFalse();
    request.begin(1, null);
  }
}
