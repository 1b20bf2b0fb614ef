package heddle.fuse;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.Fid;
import heddle.afs.FileLocation;
import heddle.afs.FsOperations;
import heddle.afs.VolumeUpdate;
import heddle.afs.auth.Caller;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What {@code fs} asks, of a tree in memory. */
public final class MemoryFs implements FsOperations {
  private final MemoryTree tree;

  /** What was set of volumes, in order. */
  public final List<VolumeUpdate> updates = new ArrayList<>();

  /** What was flushed, in order. */
  public final List<String> flushed = new ArrayList<>();

  /** Mount points by path. */
  public final Map<String, String> mountPoints = new ConcurrentHashMap<>();

  /** Where everything is. */
  public volatile List<InetAddress> servers = List.of();

  MemoryFs(MemoryTree tree) {
    this.tree = tree;
  }

  @Override
  public FileLocation locate(Caller caller, AfsPath path) throws AfsException {
    return new FileLocation(tree.stat(caller, path, FinalLink.FOLLOW).fid(), "memory", servers);
  }

  @Override
  public Fid literalFid(Caller caller, AfsPath path) throws AfsException {
    return tree.stat(caller, path, FinalLink.KEEP).fid();
  }

  @Override
  public String mountPoint(Caller caller, AfsPath path) throws AfsException {
    String contents = mountPoints.get(path.toString());
    if (contents == null) {
      tree.stat(caller, path, FinalLink.KEEP);
      throw new AfsException.InvalidArgument(path + " is no mount point");
    }
    return contents;
  }

  @Override
  public void setVolumeStatus(Caller caller, AfsPath path, VolumeUpdate update)
      throws AfsException {
    tree.stat(caller, path, FinalLink.FOLLOW);
    updates.add(update);
  }

  @Override
  public boolean volumeExists(String cell, String volume) {
    return volume.equals("memory");
  }

  @Override
  public void flush(Caller caller, AfsPath path) throws AfsException {
    tree.stat(caller, path, FinalLink.KEEP);
    flushed.add(path.toString());
  }

  @Override
  public void flushVolume(Caller caller, AfsPath path) throws AfsException {
    tree.stat(caller, path, FinalLink.FOLLOW);
    flushed.add("volume of " + path);
  }

  @Override
  public void flushAll() {
    flushed.add("all");
  }
}
