package heddle.afs.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.VolSync;
import heddle.afs.rpc.WireFid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A volume of a {@link FakeCell}: one of read-write or read-only. */
public final class FakeVolume {
  private static final int ALL_RIGHTS = 0x7f;
  private static final int BLOCK = 1024;

  final FakeCell cell;
  final String name;
  final int id;
  final boolean readOnly;
  final List<FakeServer> sites = new ArrayList<>();
  final Map<Integer, FakeVnode> vnodes;
  FakeVnode root;
  Instant creation = Instant.ofEpochSecond(1_000);
  int quota = 5000;
  private volatile boolean partitionFull;
  private int nextFile = 2;
  private int nextDirectory = 3;

  FakeVolume(FakeCell cell, String name, int id, boolean readOnly) {
    this.cell = cell;
    this.name = name;
    this.id = id;
    this.readOnly = readOnly;
    this.vnodes = new HashMap<>();
    this.root = new FakeVnode(cell.name(), 1, 1, FileType.DIRECTORY, null);
    vnodes.put(1, root);
  }

  VolSync sync() {
    return new VolSync(creation, Instant.EPOCH);
  }

  public int id() {
    return id;
  }

  public Fid fid(String path) {
    FakeVnode vnode = find(path);
    return new Fid(cell.name(), id, vnode.vnode, vnode.uniquifier);
  }

  WireFid wireFid(FakeVnode vnode) {
    return new WireFid(id, vnode.vnode, vnode.uniquifier);
  }

  public FakeVolume dir(String path) {
    add(path, FileType.DIRECTORY, new byte[0], 0755);
    return this;
  }

  public FakeVolume file(String path, String content) {
    return file(path, content.getBytes(UTF_8));
  }

  public FakeVolume file(String path, byte[] content) {
    add(path, FileType.FILE, content, 0644);
    return this;
  }

  public FakeVolume link(String path, String target) {
    add(path, FileType.SYMLINK, target.getBytes(UTF_8), 0777);
    return this;
  }

  /** Adds a mount point; {@code target} as in {@code #volume.}. */
  public FakeVolume mount(String path, String target) {
    add(path, FileType.MOUNT_POINT, target.getBytes(UTF_8), 0644);
    return this;
  }

  private void add(String path, FileType type, byte[] data, int mode) {
    int slash = path.lastIndexOf('/');
    FakeVnode parent = find(slash < 0 ? "" : path.substring(0, slash));
    FakeVnode added = make(parent, type);
    added.data = data;
    added.mode = mode;
    parent.entries.put(FakeVnode.key(path.substring(slash + 1)), added);
    parent.dataVersion++;
    changed(parent);
  }

  /** Makes a vnode that no directory names yet. */
  FakeVnode make(FakeVnode parent, FileType type) {
    int vnode = type == FileType.DIRECTORY ? nextDirectory : nextFile;
    nextDirectory += type == FileType.DIRECTORY ? 2 : 0;
    nextFile += type == FileType.DIRECTORY ? 0 : 2;
    FakeVnode made = new FakeVnode(cell.name(), vnode, 100 + vnode, type, parent);
    made.rightsOfOthers = parent.rightsOfOthers;
    vnodes.put(vnode, made);
    return made;
  }

  /** Everybody may do everything in every directory from now on. */
  public FakeVolume writable() {
    vnodes.values().forEach(vnode -> vnode.rightsOfOthers = ALL_RIGHTS);
    return this;
  }

  /** Sets the greatest size in units of 1024 bytes; 0 is no limit. */
  public void setQuota(int blocks) {
    quota = blocks;
  }

  /** The partition has room, or it has not. */
  public void setPartitionFull(boolean value) {
    partitionFull = value;
  }

  /** Fails unless {@code bytes} more have room. */
  void requireRoom(long bytes) throws CallFailure {
    if (bytes > 0 && partitionFull) {
      throw CallFailure.aborted(AfsErrorCode.VDISKFULL);
    }
    if (quota != 0 && used() + (bytes + BLOCK - 1) / BLOCK > quota) {
      throw CallFailure.aborted(AfsErrorCode.VOVERQUOTA);
    }
  }

  private long used() {
    return vnodes.values().stream()
        .mapToLong(vnode -> (vnode.data.length + BLOCK - 1) / BLOCK)
        .sum();
  }

  FetchVolumeStatus volumeStatus() {
    return new FetchVolumeStatus(
        id, id, true, true, true, false, !readOnly, 0, quota, 7, 800, 1000, name, "", "");
  }

  /** Returns the data of a file as the server has it. */
  public byte[] bytes(String path) {
    return find(path).bytes().clone();
  }

  /** Returns the names in a directory, those of UTF-8. */
  public List<String> names(String directory) {
    return find(directory).entries.keySet().stream()
        .map(name -> new String(name.getBytes(ISO_8859_1), UTF_8))
        .toList();
  }

  /** Returns the mode of what is at {@code path}. */
  public int mode(String path) {
    return find(path).mode;
  }

  /** Returns the access list of a directory. */
  public String accessList(String directory) {
    return new String(find(directory).accessList, UTF_8);
  }

  /** Returns how many names a file has. */
  public int linkCount(String path) {
    return find(path).linkCount;
  }

  /** Returns the number of readers that have a file locked, -1 for a writer. */
  public int lockCount(String path) {
    return find(path).lockCount;
  }

  /** Nobody has a file locked any more, as after a restart of the server. */
  public void forgetLocks(String path) {
    find(path).lockCount = 0;
  }

  FakeVnode find(String path) {
    FakeVnode vnode = root;
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        vnode = vnode.entries.get(FakeVnode.key(name));
      }
    }
    return vnode;
  }

  /** Another client stores {@code content}; returns when the store would return to it. */
  public void write(String path, String content) {
    FakeVnode file = find(path);
    file.data = content.getBytes(UTF_8);
    file.dataVersion++;
    changed(file);
  }

  /** The vnode is gone, though a directory names it, and nobody is told. */
  public void loseVnode(String path) {
    vnodes.remove(find(path).vnode);
  }

  /** The file has other data under the same version, and nobody is told. */
  public void overwriteInPlace(String path, String content) {
    find(path).data = content.getBytes(UTF_8);
  }

  /** When the server has changed the file is another time. */
  public void changedAt(String path, Instant time) {
    find(path).modified = time;
  }

  /** Another client removes a name, and the file. */
  public void remove(String path) {
    FakeVnode vnode = find(path);
    vnode.parent.entries.values().remove(vnode);
    vnode.parent.dataVersion++;
    vnodes.remove(vnode.vnode);
    changed(vnode);
    changed(vnode.parent);
  }

  /** Somebody changes what {@code caller} may do in a directory. */
  public void setRights(String directory, Caller caller, int bits) {
    FakeVnode vnode = find(directory);
    vnode.acl.put(caller, bits);
    changed(vnode);
  }

  /** The same for whoever has a token of {@code principal}. */
  public void setRights(String directory, String principal, int bits) {
    FakeVnode vnode = find(directory);
    vnode.aclOfPrincipals.put(principal, bits);
    changed(vnode);
  }

  private void changed(FakeVnode vnode) {
    sites.forEach(server -> server.breakPromises(wireFid(vnode)));
  }

  /** The volume is restored from a dump: same versions, other data. */
  public void restore(Instant newCreation) {
    creation = newCreation;
    sites.forEach(server -> server.breakPromises(new WireFid(id, 0, 0)));
  }
}
