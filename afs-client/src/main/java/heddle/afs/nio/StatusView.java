package heddle.afs.nio;

import heddle.afs.AccessList;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.StatusUpdate;
import java.io.IOException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of one path, as any of the views. Thread-safe. */
final class StatusView implements AfsFileAttributeView {
  private final CellPath path;
  private final FinalLink finalLink;
  private final String name;

  /**
   * Makes a view; looks at nothing.
   *
   * @param name what the view is called
   */
  StatusView(CellPath path, FinalLink finalLink, String name) {
    this.path = path;
    this.finalLink = finalLink;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  private AfsFileSystem fileSystem() {
    return path.getFileSystem();
  }

  @Override
  public AfsFileAttributes readAttributes() throws IOException {
    fileSystem().requireOpen();
    return new StatusAttributes(fileSystem().stat(path, finalLink));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public AccessList acl() throws IOException {
    fileSystem().requireOpen();
    return Failures.call(
        path,
        () -> {
          byte[] text = fileSystem().client().accessList(fileSystem().caller(), path.inClient());
          return AccessList.parse(text);
        });
  }

  @Override
  public void setAcl(AccessList list) throws IOException {
    fileSystem().requireWritable();
    Failures.run(
        path,
        () ->
            fileSystem()
                .client()
                .setAccessList(fileSystem().caller(), path.inClient(), list.text()));
  }

  /** Sets the time of modification; the other two, which AFS does not keep, are ignored. */
  @Override
  public void setTimes(
      @Nullable FileTime lastModifiedTime,
      @Nullable FileTime lastAccessTime,
      @Nullable FileTime createTime)
      throws IOException {
    if (lastModifiedTime != null) {
      update(StatusUpdate.NOTHING.withModified(lastModifiedTime.toInstant()));
    }
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> perms) throws IOException {
    update(StatusUpdate.NOTHING.withMode(ModeBits.of(perms)));
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    setOwnerId(id(owner));
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    setGroupId(id(group));
  }

  void setOwnerId(int id) throws IOException {
    update(StatusUpdate.NOTHING.withOwner(id));
  }

  void setGroupId(int id) throws IOException {
    update(StatusUpdate.NOTHING.withGroup(id));
  }

  private static int id(UserPrincipal principal) {
    if (principal instanceof AfsPrincipal ours) {
      return ours.id();
    }
    throw new ProviderMismatchException(principal + " has no AFS id");
  }

  private void update(StatusUpdate update) throws IOException {
    fileSystem().requireWritable();
    fileSystem().setStatus(path, finalLink, update);
  }
}
