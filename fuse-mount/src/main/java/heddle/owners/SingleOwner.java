package heddle.owners;

import heddle.afs.AfsException;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;
import heddle.fuse.Owners;

/**
 * All files are one user's.
 *
 * @param user number of the user
 */
public record SingleOwner(int user) implements Owners {
  @Override
  public int shown(FileStatus status) {
    return user;
  }

  @Override
  public int meant(Caller who, FileStatus status, int asked) throws AfsException.InvalidArgument {
    if (asked != user) {
      throw new AfsException.InvalidArgument("all files are shown as one user's");
    }
    return status.owner();
  }
}
