package heddle.fuse;

import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;

/**
 * Who asks: the process in whose name the kernel sent a request.
 *
 * @param user its user id
 * @param group its group id
 * @param thread id of the thread that waits for the answer; 0 if it is not of our PID namespace
 * @param caller whose rights it has in AFS
 */
record Requester(int user, int group, int thread, Caller caller) {
  private static final int PERMISSIONS = 07777;

  /** Returns what it makes something with: its own group, as Unix does and OpenAFS's client too. */
  StatusUpdate initial(int mode) {
    return StatusUpdate.NOTHING.withMode(mode & PERMISSIONS).withGroup(group);
  }

  /** Returns whether nobody asks: libfuse or the kernel does something by itself. */
  boolean isNobody() {
    return user == 0 && group == 0 && thread == 0;
  }
}
