package heddle.fuse;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.auth.Caller;
import heddle.fuse.Structs.Stat;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A directory that the kernel has open: one snapshot of its entries, read in pieces. Reading from
 * the start again takes a new one, as rewinddir promises. libfuse lets one thread at a time read
 * through one handle.
 */
final class OpenDirectory {
  private static final byte[] DOT = {'.'};
  private static final byte[] DOT_DOT = {'.', '.'};
  private static final long UNKNOWN_INODE = 0xffffffffL; // what libfuse itself says
  private static final int UNKNOWN_TYPE = 0;
  private static final CallContext FILLER =
      CallContext.getCallContext(
          Type.SINT32,
          new Type[] {Type.POINTER, Type.POINTER, Type.POINTER, Type.SINT64},
          CallingConvention.DEFAULT,
          false);
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final AfsTree tree;
  private final Caller caller;
  private final MountPath path;
  private AfsDirectory directory;
  private boolean read;

  private OpenDirectory(AfsTree tree, Caller caller, MountPath path, AfsDirectory directory) {
    this.tree = tree;
    this.caller = caller;
    this.path = path;
    this.directory = directory;
  }

  static OpenDirectory open(AfsTree tree, Caller caller, MountPath path) throws AfsException {
    return new OpenDirectory(tree, caller, path, tree.openDirectory(caller, path.afsPath()));
  }

  MountPath path() {
    return path;
  }

  /**
   * Gives entries to libfuse until its buffer is full.
   *
   * @param offset number of entries that the reader has had, {@code .} and {@code ..} included
   */
  void fill(Pointer buffer, Pointer filler, long offset) throws AfsException {
    if (offset == 0 && read) {
      AfsDirectory fresh = tree.openDirectory(caller, path.afsPath());
      directory.close();
      directory = fresh;
    }
    read = true;
    List<DirectoryEntry> entries = directory.entries();
    Scratch scratch = SCRATCH.get();
    boolean full = false;
    for (long next = Math.max(0, offset); !full && next < entries.size() + 2L; next++) {
      if (next == 0) {
        scratch.set(DOT, inode(directory.fid()), StatWriter.DIRECTORY);
      } else if (next == 1) {
        scratch.set(DOT_DOT, UNKNOWN_INODE, StatWriter.DIRECTORY);
      } else {
        DirectoryEntry entry = entries.get((int) next - 2);
        scratch.set(entry.name(), inode(entry.fid()), type(entry.fid()));
      }
      full = scratch.give(buffer, filler, next + 1);
    }
  }

  /** Readers skip an entry whose inode number is 0. */
  private static long inode(Fid fid) {
    long number = fid.inodeNumber();
    return number == 0 ? UNKNOWN_INODE : number;
  }

  /** File servers give odd vnode numbers to directories; a mount point's vnode is a link's. */
  private static int type(Fid fid) {
    return !fid.cell().isEmpty() && (fid.vnode() & 1) != 0 ? StatWriter.DIRECTORY : UNKNOWN_TYPE;
  }

  void close() {
    directory.close();
  }

  /** Native memory for one entry, and the call of libfuse's filler function. */
  private static final class Scratch {
    private final Pointer name =
        Runtime.getSystemRuntime().getMemoryManager().allocateDirect(AfsPath.MAX_NAME_BYTES + 1);
    private final Pointer stat =
        Runtime.getSystemRuntime().getMemoryManager().allocateDirect(Stat.SIZE, true);

    void set(byte[] bytes, long inode, int mode) throws AfsException {
      if (bytes.length > AfsPath.MAX_NAME_BYTES) {
        throw new AfsException.NameTooLong(
            "an entry of the directory has a name of " + bytes.length + " bytes");
      }
      name.put(0, bytes, 0, bytes.length);
      name.putByte(bytes.length, (byte) 0);
      stat.putLong(Stat.INODE, inode);
      stat.putInt(Stat.MODE, mode);
    }

    boolean give(Pointer buffer, Pointer filler, long next) {
      return (int)
              Invoker.getInstance()
                  .invokeN4(
                      FILLER,
                      filler.address(),
                      buffer.address(),
                      name.address(),
                      stat.address(),
                      next)
          != 0;
    }
  }
}
