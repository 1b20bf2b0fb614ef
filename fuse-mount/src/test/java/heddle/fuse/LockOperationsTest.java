package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.fuse.LockRequests.Answer;
import heddle.fuse.LockRequests.Lock;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

/** Locks through handles, as the kernel asks for them. */
final class LockOperationsTest {
  private static final int EAGAIN = -11;
  private static final String PATH = "/file";

  private final MemoryTree tree = new MemoryTree().file(PATH, "0123456789");
  private final Pointer context = Memory.allocateDirect(Runtime.getSystemRuntime(), 64, true);
  private final MountState state =
      new MountState(
          tree,
          new Credentials(() -> context, MountIdentities.anonymous()),
          () -> 0,
          MountOptions.Access.READ_WRITE,
          Owners.AS_IN_AFS);
  private final LockOperations operations = new LockOperations(state);

  private long open() throws Exception {
    OpenFile file =
        new OpenFile(
            MountPath.ofKey(PATH),
            tree.openForWriting(Caller.anonymous(), AfsPath.of(PATH), FinalLink.KEEP),
            () -> 0);
    return state.files().add(file).orElseThrow();
  }

  private Answer lock(long handle, long owner, long offset, int type) {
    Lock lock = new Lock(offset, offset, type, 1);
    return operations.work(
        new LockRequests.Request(LockRequests.SETLK, handle, owner, lock, false));
  }

  @Test
  void whoIsInTheWayOfALockIsSeen() throws Exception {
    long handle = open();
    assertThat(lock(handle, 1, 0, Lock.EXCLUSIVE).error()).isZero();
    assertThat(lock(handle, 2, 0, Lock.SHARED).error()).isEqualTo(EAGAIN);
    assertThat(lock(handle, 1, 0, Lock.NONE).error()).isZero();
    assertThat(lock(handle, 2, 0, Lock.SHARED).error()).isZero();
  }

  @Test
  void untilTheKernelHasForgottenOldPagesEverybodyWhoGetsALockHasThemForgotten() throws Exception {
    long handle = open();
    Answer first = lock(handle, 1, 0, Lock.EXCLUSIVE);
    Answer second = lock(handle, 2, 1, Lock.EXCLUSIVE);
    assertThat(first.renewal()).isPresent();
    assertThat(second.renewal()).isPresent();
    first.renewal().orElseThrow().run();
    assertThat(lock(handle, 3, 2, Lock.EXCLUSIVE).renewal()).isEmpty();
    tree.change(PATH, "abc");
    assertThat(lock(handle, 4, 3, Lock.EXCLUSIVE).renewal()).isPresent();
  }

  @Test
  void anUnlockHasNothingForgotten() throws Exception {
    assertThat(lock(open(), 1, 0, Lock.NONE).renewal()).isEmpty();
  }
}
