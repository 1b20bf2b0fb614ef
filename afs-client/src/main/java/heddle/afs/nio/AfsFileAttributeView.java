package heddle.afs.nio;

import heddle.afs.AccessList;
import java.io.IOException;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * What AFS knows of a file, and its access list: {@code Files.getFileAttributeView(path,
 * AfsFileAttributeView.class)}. As attributes by name: {@code afs:acl}, {@code afs:fid}, {@code
 * afs:dataVersion}, {@code afs:volume}, {@code afs:ownerId}, {@code afs:groupId}, {@code
 * afs:linkCount}, {@code afs:rights}, and all of {@code posix:}.
 */
public interface AfsFileAttributeView extends PosixFileAttributeView {
  @Override
  AfsFileAttributes readAttributes() throws IOException;

  /** Returns the access list of a directory, or of the one that a file is in. */
  AccessList acl() throws IOException;

  /**
   * Replaces the access list of a directory.
   *
   * @throws java.nio.file.AccessDeniedException if the caller may not administer it
   */
  void setAcl(AccessList list) throws IOException;
}
