package heddle.fuse;

import heddle.afs.AfsException;
import heddle.afs.FileStatus;

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
        public int meant(FileStatus status, int user) {
          return user;
        }
      };

  /** Returns the number of the user whose file it is here; blocks for a second at most. */
  int shown(FileStatus status);

  /**
   * Returns the AFS id that the file's owner has to have for {@code user} to be its owner here.
   * Blocks as the operations of {@link heddle.afs.AfsClient} do.
   *
   * @throws AfsException.InvalidArgument if there is none
   */
  int meant(FileStatus status, int user) throws AfsException;
}
