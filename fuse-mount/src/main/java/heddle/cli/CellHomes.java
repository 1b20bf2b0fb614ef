package heddle.cli;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;

/** Users of an embedded cell, each with a volume of its own, mounted below {@code user}. */
final class CellHomes {
  private static final AccessRights ALL = AccessRights.parse("all").orElseThrow();

  private final EmbeddedCell cell;
  private final AfsClient afs;
  private final Caller administrator;

  CellHomes(EmbeddedCell cell) throws IOException {
    this.cell = cell;
    this.afs = cell.client();
    this.administrator = cell.administrator();
  }

  /**
   * Makes a user with a home, as far as they are not there. A home has its name when all else is
   * done, so one that was begun is made to its end the next time.
   *
   * @throws IllegalArgumentException if users or volumes cannot have such a name
   */
  void make(String user) throws IOException {
    cell.addUser(user);
    AfsPath home = path("/user/" + user);
    if (isThere(home)) {
      return;
    }
    String volume = "user." + user;
    if (!cell.volumes().contains(volume)) {
      cell.createVolume(volume);
    }
    AfsPath begun = path("/user/.begun." + user);
    try {
      afs.makeDirectory(administrator, path("/user"), 0755);
    } catch (AfsException.FileExists e) {
      // of another user
    }
    try {
      afs.makeMountPoint(administrator, begun, "#" + volume + ".");
    } catch (AfsException.FileExists e) {
      // the last time
    }
    grant(begun, user, ALL);
    afs.rename(administrator, begun, home);
  }

  private boolean isThere(AfsPath path) throws AfsException {
    try {
      afs.stat(administrator, path, AfsClient.FinalLink.KEEP);
      return true;
    } catch (AfsException.NoSuchFile e) {
      return false;
    }
  }

  /** Gives somebody rights, beside those of everybody and of administrators. */
  void grant(AfsPath directory, String who, AccessRights rights) throws AfsException {
    AccessList before = AccessList.parse(afs.accessList(administrator, directory));
    AccessList after = before.with(AccessList.Half.NORMAL, who, rights);
    afs.setAccessList(administrator, directory, after.text());
  }

  /** Returns a path where nothing is a replica. */
  AfsPath path(String below) {
    return AfsPath.of("/." + cell.name() + below);
  }
}
