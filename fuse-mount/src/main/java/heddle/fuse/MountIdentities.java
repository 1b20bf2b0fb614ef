package heddle.fuse;

import heddle.afs.auth.Caller;
import java.util.Optional;

/** Whose rights the users of a mount have, and where they can change that. Thread-safe. */
public interface MountIdentities {
  /**
   * Returns whose rights a process has; never blocks for long.
   *
   * @param user number of its user
   * @param thread number of the thread that waits for an answer; 0 if it is not known
   */
  Caller caller(int user, int thread);

  /** Returns the name of the socket where users set their tokens, if there is one. */
  Optional<String> controlSocket();

  /** Returns identities of which all are anybody. */
  static MountIdentities anonymous() {
    return new MountIdentities() {
      @Override
      public Caller caller(int user, int thread) {
        return Caller.anonymous();
      }

      @Override
      public Optional<String> controlSocket() {
        return Optional.empty();
      }
    };
  }
}
