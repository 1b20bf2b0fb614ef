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
   * Makes a user with a home, as far as they are not there.
   *
   * @throws IllegalArgumentException if users or volumes cannot have such a name
   */
  void make(String user) throws IOException {
    cell.addUser(user);
    String volume = "user." + user;
    boolean isNew = !cell.volumes().contains(volume);
    if (isNew) {
      cell.createVolume(volume);
    }
    AfsPath home = path("/user/" + user);
    try {
      afs.makeDirectory(administrator, path("/user"), 0755);
    } catch (AfsException.FileExists e) {
      // of another user
    }
    try {
      afs.makeMountPoint(administrator, home, "#" + volume + ".");
    } catch (AfsException.FileExists e) {
      // as it should be
    }
    if (isNew) {
      grant(home, user, ALL);
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
