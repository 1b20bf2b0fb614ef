package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessList;
import heddle.afs.auth.Caller;
import heddle.control.FsService.Authority;
import heddle.fuse.Errno;
import heddle.fuse.MemoryTree;
import heddle.fuse.MountOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FsServiceTest {
  private static final byte[] DIRECTORY = "/dir".getBytes(StandardCharsets.UTF_8);

  private final MemoryTree tree = new MemoryTree();

  static FsRequest[] changes() throws Exception {
    return new FsRequest[] {
      new FsRequest.WriteAccess(
          DIRECTORY, AccessList.parse("0\n0\n".getBytes(StandardCharsets.UTF_8))),
      new FsRequest.MakeMountPoint(DIRECTORY, "#volume."),
      new FsRequest.RemoveMountPoint(DIRECTORY)
    };
  }

  private FsAnswer ask(FsRequest request) {
    return new FsService(tree, MountOptions.Access.READ_ONLY)
        .answer(request, Caller.anonymous(), Authority.OWNER);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aMountForReadingChangesNothingThroughItsSocketEither(FsRequest request) {
    tree.directory("/dir");

    assertThat(ask(request))
        .isInstanceOfSatisfying(
            FsAnswer.Failed.class,
            failed -> assertThat(failed.failure().kind()).isEqualTo(Errno.EROFS));
  }

  @Test
  void aMountForReadingIsRead() {
    tree.directory("/dir");

    assertThat(ask(new FsRequest.ReadFid(DIRECTORY))).isInstanceOf(FsAnswer.File.class);
  }
}
