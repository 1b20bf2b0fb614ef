package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.Closing;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.StatusUpdate;
import heddle.afs.location.Request;
import heddle.afs.lock.LockHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file of a volume. */
final class OpenFile implements AfsFile {
  private static final int OWNER_MAY_WRITE = 0200; // counts for everybody in AFS

  private final Vnode vnode;
  private final Holder holder;
  private final FileSystem fileSystem;
  private final ReadAhead readAhead;
  private final LockHandle locks;
  private final FileWriter.Writer writer;
  private final AtomicInteger failuresSeen;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean changed; // through this handle

  OpenFile(
      Vnode vnode, Holder holder, FileSystem fileSystem, ReadAhead readAhead, LockHandle locks) {
    this.vnode = vnode;
    this.holder = holder;
    this.fileSystem = fileSystem;
    this.readAhead = readAhead;
    this.locks = locks;
    this.writer = new FileWriter.Writer(holder, locks::requireNotLost);
    DirtyFile dirty = vnode.dirtyIfAny();
    failuresSeen = new AtomicInteger(dirty == null ? 0 : dirty.failures());
  }

  @Override
  public Fid fid() {
    return vnode.fid();
  }

  @Override
  public LockHandle locks() {
    return locks;
  }

  @Override
  public FileStatus status() throws AfsException {
    return fileSystem.reader().shown(vnode, fileSystem.begin(holder.now()));
  }

  @Override
  public AccessRights rights() throws AfsException {
    Request request = fileSystem.begin(holder.now());
    FileReader reader = fileSystem.reader();
    return reader.rights(vnode, reader.status(vnode, request), request);
  }

  @Override
  public int read(ByteBuffer target, long offset) throws AfsException {
    requireOffset(offset);
    Request request = fileSystem.begin(holder.now());
    if (!closed.get()) {
      readAhead.read(
          offset, target.remaining(), index -> fileSystem.reader().prefetch(vnode, index, request));
    }
    int count = fileSystem.reader().read(vnode, target, offset, request);
    if (offset == 0 && count > 0) {
      fileSystem.smallFilesAhead().hasRead(vnode, request);
    }
    return count;
  }

  /**
   * Fails if the caller may certainly not write. Who may insert may write his own files; only the
   * server knows whether this is one.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, Check_PermissionRights (behaviour).
   */
  void requireWritable(Request request) throws AfsException {
    vnode.volume().requireWritable();
    FileReader reader = fileSystem.reader();
    KnownStatus known = reader.status(vnode, request);
    AccessRights rights = reader.rights(vnode, known, request);
    boolean mayWrite = rights.contains(AccessRights.WRITE) || rights.contains(AccessRights.INSERT);
    if (!mayWrite || (known.status().mode() & OWNER_MAY_WRITE) == 0) {
      throw new AfsException.PermissionDenied(request.caller() + " may not write " + vnode);
    }
  }

  private static void requireOffset(long offset) throws AfsException.InvalidArgument {
    if (offset < 0) {
      throw new AfsException.InvalidArgument("negative offset " + offset);
    }
  }

  @Override
  public void write(ByteBuffer source, long offset) throws AfsException {
    requireOffset(offset);
    if (offset + source.remaining() < 0) {
      throw new AfsException.FileTooBig("a file cannot be longer than 2^63 - 1 bytes");
    }
    Request request = beginChange();
    fileSystem.writer().write(vnode, writer, source, offset, request);
  }

  @Override
  public void truncate(long length) throws AfsException {
    requireOffset(length);
    Request request = beginChange();
    fileSystem.writer().truncate(vnode, writer, length, request);
  }

  @Override
  public boolean dropSetId() throws AfsException {
    KnownStatus told = vnode.toldTo(holder.now());
    if (told != null && !hasSetId(told.status().mode())) {
      return false; // whether it is still believed or not: data are written without asking, too
    }
    Request request = fileSystem.begin(holder.now());
    int mode = fileSystem.reader().status(vnode, request).status().mode();
    int rest = FileStatus.withoutSetId(mode);
    if (rest == mode || (rest & FileStatus.SET_GROUP_ID) != 0) {
      return false; // no server takes a mode with that bit; the other goes when data are stored
    }
    StatusUpdate update = StatusUpdate.NOTHING.withMode(rest);
    fileSystem.changes().storeAfterWritten(vnode, update, request);
    return true;
  }

  private static boolean hasSetId(int mode) {
    return FileStatus.withoutSetId(mode) != mode;
  }

  /** Data that were lost are told of at once, and again when the file is flushed. */
  private Request beginChange() throws AfsException {
    Request request = fileSystem.begin(holder.now());
    vnode.volume().requireWritable();
    locks.requireKept();
    changed = true;
    DirtyFile dirty = vnode.dirtyIfAny();
    if (dirty != null) {
      AfsException failure = dirty.failureAfter(failuresSeen.get(), holder).orElse(null);
      if (failure != null) {
        throw failure;
      }
    }
    return request;
  }

  @Override
  public void flush() throws AfsException {
    if (!changed) {
      return;
    }
    if (fileSystem.closing() == Closing.STORED) {
      store(Durability.STORED);
    } else {
      fileSystem.writer().storeLater(vnode);
      throwLoss(failuresSeen.get());
    }
  }

  @Override
  public void sync() throws AfsException {
    store(Durability.ON_DISK);
  }

  private void store(Durability durability) throws AfsException {
    Request request = fileSystem.begin(holder.now());
    int seen = failuresSeen.get();
    if (changed) {
      locks.requireNotLost();
    }
    try {
      fileSystem.writer().store(vnode, durability, request);
    } catch (AfsException e) {
      throwLoss(seen); // says more than what came of it for this handle
      throw e;
    }
    throwLoss(seen);
  }

  /** Tells of data that this handle wrote, or another of its holder, and that were lost; once. */
  private void throwLoss(int seen) throws AfsException {
    DirtyFile dirty = vnode.dirtyIfAny();
    if (dirty == null || !changed) {
      return;
    }
    int failures = dirty.failures();
    AfsException failure = dirty.failureAfter(seen, holder).orElse(null);
    if (failure != null && failuresSeen.compareAndSet(seen, failures)) {
      throw failure;
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      locks.close();
      fileSystem.closed(vnode);
      if (changed) {
        fileSystem.writer().storeLater(vnode);
      }
    }
  }

  @Override
  public String toString() {
    return "open file " + vnode.fid() + " of " + holder;
  }
}
