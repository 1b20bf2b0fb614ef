package heddle.afs.testkit;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.EntryReply;
import heddle.afs.rpc.LinkReply;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.RenameReply;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreSource;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.StoreVolumeStatus;
import heddle.afs.rpc.VolSync;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls of one caller to a {@link FakeServer}; here are those that change something.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c (behaviour): which versions move, whose
 * promises are broken, and which errors come.
 */
final class FakeCalls extends FakeReads {
  private static final int ENOENT = 2;
  private static final int EAGAIN = 11;
  private static final int EEXIST = 17;
  private static final int EXDEV = 18;
  private static final int ENOTDIR = 20;
  private static final int EISDIR = 21;
  private static final int EINVAL = 22;
  private static final int EROFS = 30;
  private static final int ELOOP = 40;
  private static final int ANY_EXECUTE = 0111;

  FakeCalls(FakeCell cell, FakeServer server, FakeHost host, Caller caller) {
    super(cell, server, host, caller);
  }

  /** What a call does to a volume. */
  private interface Change<T> {
    T make(FakeVolume volume) throws CallFailure;
  }

  private <T> T change(String operation, WireFid fid, Change<T> body) throws CallFailure {
    T reply = serve(operation, fid, () -> body.make(server.volume(fid.volume())));
    server.failIfReplyIsLost();
    return reply;
  }

  private void require(FakeVolume volume, FakeVnode vnode, int rights) throws CallFailure {
    if (volume.readOnly) {
      throw CallFailure.aborted(EROFS);
    }
    if (!vnode.rightsOf(caller).contains(rights)) {
      throw CallFailure.aborted(EACCES);
    }
  }

  private FakeVnode directory(FakeVolume volume, WireFid fid, int rights) throws CallFailure {
    FakeVnode vnode = vnode(volume, fid);
    if (!vnode.isDirectory()) {
      throw CallFailure.aborted(ENOTDIR);
    }
    require(volume, vnode, rights);
    return vnode;
  }

  private static FakeVnode entry(FakeVnode directory, byte[] name) throws CallFailure {
    FakeVnode found = directory.entries.get(FakeVnode.key(name));
    if (found == null) {
      throw CallFailure.aborted(ENOENT);
    }
    return found;
  }

  private void changed(FakeVolume volume, FakeVnode vnode) {
    server.breakPromisesExcept(volume.wireFid(vnode), host);
  }

  @Override
  public StatusReply storeData64(
      WireFid fid, StoreStatus status, StoreRange range, ReadableByteChannel source)
      throws CallFailure {
    var aborted = new AtomicBoolean();
    if (source instanceof StoreSource store) {
      store.begun(() -> aborted.set(true));
    }
    byte[] bytes = receive(source, range.length());
    return change(
        "StoreData64",
        fid,
        volume -> {
          if (aborted.get()) {
            throw CallFailure.of(CallFailure.Kind.MALFORMED, "aborted by the client");
          }
          FakeVnode file = vnode(volume, fid);
          require(volume, file, AccessRights.WRITE);
          if (file.type != FileType.FILE) {
            throw CallFailure.aborted(EISDIR);
          }
          long cut = Math.min(range.fileLength(), file.data.length); // it never extends
          long length = Math.max(cut, range.offset() + range.length());
          volume.requireRoom(length - file.data.length);
          byte[] data = Arrays.copyOf(Arrays.copyOf(file.data, (int) cut), (int) length);
          System.arraycopy(bytes, 0, data, (int) range.offset(), bytes.length);
          file.data = data;
          file.dataVersion++;
          file.set(status);
          changed(volume, file);
          return new StatusReply(file.status(caller), volume.sync());
        });
  }

  private static byte[] receive(ReadableByteChannel source, long length) throws CallFailure {
    ByteBuffer all = ByteBuffer.allocate((int) length);
    try {
      while (all.hasRemaining()) {
        if (source.read(all) < 0) {
          throw new IOException("the source ends " + all.remaining() + " bytes too early");
        }
      }
    } catch (IOException e) {
      throw CallFailure.of(e);
    }
    return all.array();
  }

  @Override
  public StatusReply storeStatus(WireFid fid, StoreStatus status) throws CallFailure {
    return change(
        "StoreStatus",
        fid,
        volume -> {
          FakeVnode vnode = vnode(volume, fid);
          require(volume, vnode, vnode.isDirectory() ? AccessRights.INSERT : AccessRights.WRITE);
          vnode.set(status);
          changed(volume, vnode);
          return new StatusReply(vnode.status(caller), volume.sync());
        });
  }

  @Override
  public EntryReply createFile(WireFid directory, byte[] name, StoreStatus status)
      throws CallFailure {
    return change(
        "CreateFile",
        directory,
        volume -> create(volume, directory, name, new Blank(FileType.FILE, new byte[0], status)));
  }

  @Override
  public EntryReply makeDir(WireFid directory, byte[] name, StoreStatus status) throws CallFailure {
    return change(
        "MakeDir",
        directory,
        volume ->
            create(volume, directory, name, new Blank(FileType.DIRECTORY, new byte[0], status)));
  }

  @Override
  public EntryReply symlink(WireFid directory, byte[] name, byte[] contents, StoreStatus status)
      throws CallFailure {
    boolean mountPoint =
        (status.mask() & StoreStatus.SET_MODE) != 0 && (status.mode() & ANY_EXECUTE) == 0;
    FileType type = mountPoint ? FileType.MOUNT_POINT : FileType.SYMLINK;
    return change(
        "Symlink",
        directory,
        volume -> create(volume, directory, name, new Blank(type, contents, status)));
  }

  private record Blank(FileType type, byte[] data, StoreStatus status) {}

  private EntryReply create(FakeVolume volume, WireFid parentFid, byte[] name, Blank blank)
      throws CallFailure {
    int rights =
        blank.type() == FileType.MOUNT_POINT
            ? AccessRights.INSERT | AccessRights.ADMINISTER
            : AccessRights.INSERT;
    FakeVnode parent = directory(volume, parentFid, rights);
    volume.requireRoom(blank.data().length);
    if (parent.entries.containsKey(FakeVnode.key(name))) {
      throw CallFailure.aborted(EEXIST);
    }
    FakeVnode made = volume.make(parent, blank.type());
    made.data = blank.data();
    made.dataVersion = 0;
    made.mode = 0777;
    made.set(blank.status());
    parent.entries.put(FakeVnode.key(name), made);
    parent.dataVersion++;
    changed(volume, parent);
    WireFid fid = volume.wireFid(made);
    boolean promised = blank.type() == FileType.FILE || blank.type() == FileType.DIRECTORY;
    return new EntryReply(
        fid,
        made.status(caller),
        parent.status(caller),
        promised ? promise(fid) : CallbackPromise.NONE,
        volume.sync());
  }

  @Override
  public LinkReply link(WireFid directory, byte[] name, WireFid fid) throws CallFailure {
    return change(
        "Link",
        directory,
        volume -> {
          if (directory.volume() != fid.volume()) {
            throw CallFailure.aborted(EXDEV);
          }
          FakeVnode parent = directory(volume, directory, AccessRights.INSERT);
          FakeVnode file = vnode(volume, fid);
          if (file.type != FileType.FILE) {
            throw CallFailure.aborted(EISDIR);
          }
          if (file.parent != parent) {
            throw CallFailure.aborted(EXDEV);
          }
          if (parent.entries.putIfAbsent(FakeVnode.key(name), file) != null) {
            throw CallFailure.aborted(EEXIST);
          }
          parent.dataVersion++;
          file.linkCount++;
          changed(volume, parent);
          changed(volume, file);
          return new LinkReply(file.status(caller), parent.status(caller), volume.sync());
        });
  }

  @Override
  public RenameReply rename(
      WireFid oldDirectory, byte[] oldName, WireFid newDirectory, byte[] newName)
      throws CallFailure {
    return change(
        "Rename",
        oldDirectory,
        volume -> {
          if (oldDirectory.volume() != newDirectory.volume()) {
            throw CallFailure.aborted(EXDEV);
          }
          FakeVnode from = directory(volume, oldDirectory, AccessRights.DELETE);
          FakeVnode to = directory(volume, newDirectory, AccessRights.INSERT);
          FakeVnode moved = entry(from, oldName);
          FakeVnode replaced = to.entries.get(FakeVnode.key(newName));
          checkRename(from, to, moved, replaced);
          if (replaced != null) {
            require(volume, to, AccessRights.DELETE);
          }
          from.entries.remove(FakeVnode.key(oldName));
          to.entries.put(FakeVnode.key(newName), moved);
          from.dataVersion++;
          to.dataVersion += from == to ? 0 : 1;
          moved.parent = to;
          if (replaced != null) {
            unlink(volume, replaced);
          }
          changed(volume, to);
          changed(volume, from);
          if (moved.isDirectory() && from != to) {
            moved.dataVersion++; // its ".."
            server.breakPromises(volume.wireFid(moved));
          }
          return new RenameReply(from.status(caller), to.status(caller), volume.sync());
        });
  }

  private static void checkRename(FakeVnode from, FakeVnode to, FakeVnode moved, FakeVnode replaced)
      throws CallFailure {
    if (!moved.isDirectory() && from != to && moved.linkCount != 1) {
      throw CallFailure.aborted(EXDEV);
    }
    if (replaced == moved) {
      throw CallFailure.aborted(EINVAL);
    }
    if (replaced != null && replaced.isDirectory() != moved.isDirectory()) {
      throw CallFailure.aborted(replaced.isDirectory() ? EISDIR : ENOTDIR);
    }
    if (replaced != null && !replaced.entries.isEmpty()) {
      throw CallFailure.aborted(EEXIST);
    }
    for (FakeVnode above = to; moved.isDirectory(); above = above.parent) {
      if (above == moved) {
        throw CallFailure.aborted(ELOOP);
      }
      if (above == above.parent) {
        return;
      }
    }
  }

  /** One name of a vnode is gone; with the last one the vnode goes too, and nobody is told. */
  private void unlink(FakeVolume volume, FakeVnode vnode) {
    vnode.linkCount--;
    if (vnode.linkCount == 0 || vnode.isDirectory()) {
      volume.vnodes.remove(vnode.vnode);
      server.dropPromises(volume.wireFid(vnode));
    } else {
      server.breakPromises(volume.wireFid(vnode)); // the caller's too: no reply tells it
    }
  }

  @Override
  public StatusReply removeFile(WireFid directory, byte[] name) throws CallFailure {
    return change(
        "RemoveFile",
        directory,
        volume -> {
          FakeVnode parent = directory(volume, directory, AccessRights.DELETE);
          FakeVnode removed = entry(parent, name);
          if (removed.isDirectory()) {
            throw CallFailure.aborted(EISDIR);
          }
          return remove(volume, parent, name, removed);
        });
  }

  @Override
  public StatusReply removeDir(WireFid directory, byte[] name) throws CallFailure {
    return change(
        "RemoveDir",
        directory,
        volume -> {
          FakeVnode parent = directory(volume, directory, AccessRights.DELETE);
          FakeVnode removed = entry(parent, name);
          if (!removed.isDirectory()) {
            throw CallFailure.aborted(ENOTDIR);
          }
          if (!removed.entries.isEmpty()) {
            throw CallFailure.aborted(EEXIST);
          }
          return remove(volume, parent, name, removed);
        });
  }

  private StatusReply remove(FakeVolume volume, FakeVnode parent, byte[] name, FakeVnode removed) {
    parent.entries.remove(FakeVnode.key(name));
    parent.dataVersion++;
    unlink(volume, removed);
    changed(volume, parent);
    return new StatusReply(parent.status(caller), volume.sync());
  }

  @Override
  public VolSync setLock(WireFid fid, LockType type) throws CallFailure {
    return lock(
        "SetLock",
        fid,
        count ->
            switch (type) {
              case READ -> count >= 0 ? count + 1 : refuse(EAGAIN);
              case WRITE -> count == 0 ? -1 : refuse(EAGAIN);
            });
  }

  @Override
  public VolSync extendLock(WireFid fid) throws CallFailure {
    return lock("ExtendLock", fid, count -> count != 0 ? count : refuse(EINVAL));
  }

  @Override
  public VolSync releaseLock(WireFid fid) throws CallFailure {
    return lock(
        "ReleaseLock", fid, count -> count > 0 ? count - 1 : count < 0 ? 0 : refuse(EINVAL));
  }

  private static int refuse(int code) throws CallFailure {
    throw CallFailure.aborted(code);
  }

  /** What a call does to the count of locks. */
  private interface Locking {
    int count(int before) throws CallFailure;
  }

  private VolSync lock(String operation, WireFid fid, Locking locking) throws CallFailure {
    return change(
        operation,
        fid,
        volume -> {
          FakeVnode file = vnode(volume, fid);
          int before = file.lockCount;
          file.lockCount = locking.count(before);
          if (before != 0 && file.lockCount == 0) {
            changed(volume, file); // that is how those who wait hear of it
          }
          return volume.sync();
        });
  }

  @Override
  public StatusReply storeAcl(WireFid directory, byte[] accessList) throws CallFailure {
    if (!server.knowsStoreAcl()) {
      cell.arrive("StoreACL", directory);
      throw CallFailure.aborted(RXGEN_OPCODE);
    }
    return storeAcl("StoreACL", directory, accessList);
  }

  @Override
  public StatusReply oldStoreAcl(WireFid directory, byte[] accessList) throws CallFailure {
    return storeAcl("OldStoreACL", directory, accessList);
  }

  private StatusReply storeAcl(String operation, WireFid fid, byte[] accessList)
      throws CallFailure {
    return change(
        operation,
        fid,
        volume -> {
          FakeVnode vnode = directory(volume, fid, AccessRights.ADMINISTER);
          vnode.accessList = accessList.clone();
          changed(volume, vnode);
          return new StatusReply(vnode.status(caller), volume.sync());
        });
  }

  @Override
  public void setVolumeStatus(int id, StoreVolumeStatus status) throws CallFailure {
    change(
        "SetVolumeStatus",
        new WireFid(id, 0, 0),
        volume -> {
          if ((status.mask() & StoreVolumeStatus.SET_MAX_QUOTA) != 0) {
            volume.quota = status.maxQuota();
          }
          return true;
        });
  }
}
