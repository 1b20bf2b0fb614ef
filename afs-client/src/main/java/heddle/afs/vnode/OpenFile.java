package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.location.Request;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file of a volume. */
final class OpenFile implements AfsFile {
  private final Vnode vnode;
  private final Holder holder;
  private final FileSystem fileSystem;
  private final ReadAhead readAhead;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenFile(Vnode vnode, Holder holder, FileSystem fileSystem, ReadAhead readAhead) {
    this.vnode = vnode;
    this.holder = holder;
    this.fileSystem = fileSystem;
    this.readAhead = readAhead;
  }

  @Override
  public Fid fid() {
    return vnode.fid();
  }

  @Override
  public FileStatus status() throws AfsException {
    Request request = fileSystem.begin(holder.now());
    return fileSystem.reader().status(vnode, request).statusFor(request.caller());
  }

  @Override
  public AccessRights rights() throws AfsException {
    Request request = fileSystem.begin(holder.now());
    FileReader reader = fileSystem.reader();
    return reader.rights(vnode, reader.status(vnode, request), request);
  }

  @Override
  public int read(ByteBuffer target, long offset) throws AfsException {
    if (offset < 0) {
      throw new AfsException.InvalidArgument("negative offset " + offset);
    }
    Request request = fileSystem.begin(holder.now());
    if (!closed.get()) {
      readAhead.read(
          offset, target.remaining(), index -> fileSystem.reader().prefetch(vnode, index, request));
    }
    return fileSystem.reader().read(vnode, target, offset, request);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      fileSystem.closed(vnode);
    }
  }

  @Override
  public String toString() {
    return "open file " + vnode.fid() + " of " + holder;
  }
}
