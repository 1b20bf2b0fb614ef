package heddle.fuse;

import java.time.Instant;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Where the fields of the C structs are. jnr-fuse's struct classes know for each processor; going
 * through one of their objects for every call costs a hundred times what a write at a known offset
 * does, so the offsets are taken out once.
 */
final class Structs {
  private Structs() {}

  /** {@code struct stat}. */
  static final class Stat {
    private static final FileStat LAYOUT = new FileStat(Runtime.getSystemRuntime());

    static final int SIZE = Struct.size(LAYOUT); // bytes
    static final long INODE = LAYOUT.st_ino.offset();
    static final long LINK_COUNT = LAYOUT.st_nlink.offset();
    static final boolean LINK_COUNT_IS_LONG = LAYOUT.st_nlink.offset() < LAYOUT.st_mode.offset();
    static final long MODE = LAYOUT.st_mode.offset();
    static final long OWNER = LAYOUT.st_uid.offset();
    static final long GROUP = LAYOUT.st_gid.offset();
    static final long LENGTH = LAYOUT.st_size.offset();
    static final long BLOCK_SIZE = LAYOUT.st_blksize.offset();
    static final long BLOCKS = LAYOUT.st_blocks.offset();
    static final long ACCESSED = LAYOUT.st_atim.tv_sec.offset();
    static final long MODIFIED = LAYOUT.st_mtim.tv_sec.offset();
    static final long CHANGED = LAYOUT.st_ctim.tv_sec.offset();
    static final long NANOS = Long.BYTES; // behind the seconds

    private Stat() {}
  }

  /** {@code struct statvfs}. */
  static final class StatVfs {
    private static final Statvfs LAYOUT = new Statvfs(Runtime.getSystemRuntime());

    static final int SIZE = Struct.size(LAYOUT); // bytes
    static final long BLOCK_SIZE = LAYOUT.f_bsize.offset();
    static final long FRAGMENT_SIZE = LAYOUT.f_frsize.offset();
    static final long BLOCKS = LAYOUT.f_blocks.offset();
    static final long BLOCKS_FREE = LAYOUT.f_bfree.offset();
    static final long BLOCKS_AVAILABLE = LAYOUT.f_bavail.offset();
    static final long NAME_MAX = LAYOUT.f_namemax.offset();

    private StatVfs() {}
  }

  /** {@code struct fuse_file_info}; its bit fields are beyond jnr-ffi. */
  static final class FileInfo {
    static final int SIZE = 40; // bytes
    static final int DIRECT_IO = 1;
    static final int KEEP_CACHE = 2;
    private static final long OPEN_FLAGS = 0;
    private static final long OF_MAPPING = 16; // an int
    private static final long BITS = 20;
    private static final long HANDLE = 24;
    private static final long LOCK_OWNER = 32;

    private FileInfo() {}

    /** Returns whether what is written was written to mapped memory before. */
    static boolean isOfMapping(Pointer fileInfo) {
      return fileInfo.getInt(OF_MAPPING) != 0;
    }

    static int openFlags(Pointer fileInfo) {
      return fileInfo.getInt(OPEN_FLAGS);
    }

    static void setBits(Pointer fileInfo, int bits) {
      fileInfo.putInt(BITS, fileInfo.getInt(BITS) | bits);
    }

    static long handle(Pointer fileInfo) {
      return fileInfo.getLong(HANDLE);
    }

    /** Returns the process that closes a descriptor, as the kernel numbers those that lock. */
    static long lockOwner(Pointer fileInfo) {
      return fileInfo.getLong(LOCK_OWNER);
    }

    static void setHandle(Pointer fileInfo, long handle) {
      fileInfo.putLong(HANDLE, handle);
    }
  }

  /** {@code struct timespec}. */
  static final class Timespec {
    static final int SIZE = 2 * Long.BYTES;
    private static final long NANOS = Long.BYTES; // behind the seconds
    private static final long NOW = (1L << 30) - 1; // in place of nanoseconds
    private static final long OMIT = (1L << 30) - 2;

    private Timespec() {}

    /** Returns the time at {@code offset}; empty if it is to be left as it is. */
    static Optional<Instant> read(Pointer memory, long offset) {
      long nanos = memory.getLong(offset + NANOS);
      if (nanos == OMIT) {
        return Optional.empty();
      }
      return Optional.of(
          nanos == NOW ? Instant.now() : Instant.ofEpochSecond(memory.getLong(offset), nanos));
    }
  }

  /** {@code struct fuse_conn_info}. */
  static final class ConnectionInfo {
    static final long MAX_BACKGROUND = 28;
    static final long CONGESTION_THRESHOLD = 32;

    private ConnectionInfo() {}
  }

  /** {@code struct fuse_context}. */
  static final class Context {
    static final long USER = 8;
    static final long GROUP = 12;
    static final long THREAD = 16;

    private Context() {}
  }

  /** {@code struct fuse_buf}. */
  static final class Buffer {
    static final int SIZE = 40; // bytes
    static final long LENGTH = 0;
    static final long FLAGS = 8;
    static final long MEMORY = 16;

    private Buffer() {}
  }
}
