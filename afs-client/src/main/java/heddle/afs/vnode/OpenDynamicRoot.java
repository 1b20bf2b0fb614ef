package heddle.afs.vnode;

import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import java.util.List;

/** The open list of cells. */
final class OpenDynamicRoot implements AfsDirectory {
  private final DynamicRoot root;

  OpenDynamicRoot(DynamicRoot root) {
    this.root = root;
  }

  @Override
  public Fid fid() {
    return root.fid();
  }

  @Override
  public List<DirectoryEntry> entries() {
    return root.entries();
  }

  @Override
  public FileStatus status(DirectoryEntry entry) throws AfsException {
    return root.lookUp(entry.name()).status();
  }

  @Override
  public void close() {}
}
