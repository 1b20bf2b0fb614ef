package heddle.fuse;

import heddle.afs.AfsException;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;

/** As whose files the users of a mount see files. Thread-safe. */
public interface Owners {
  /** The numbers of AFS, as they are. */
  Owners AS_IN_AFS =
      new Owners() {
        @Override
        public int shown(FileStatus status) {
          return status.owner();
        }

        @Override
        public int meant(Caller who, FileStatus status, int user) {
          return user;
        }
      };

  /** Returns the number of the user whose file it is here; blocks for a second at most. */
  int shown(FileStatus status);

  /**
   * Returns the AFS id that the file's owner has to have for {@code user} to be its owner here.
   * Blocks as the operations of {@link heddle.afs.AfsClient} do.
   *
   * @param who sets the owner, as of one moment ({@link Caller#now}), with the same tokens as he
   *     sets it: what servers tell to decide on it is protected as the caller's other calls are
   * @throws AfsException.InvalidArgument if there is none
   */
  int meant(Caller who, FileStatus status, int user) throws AfsException;
}
