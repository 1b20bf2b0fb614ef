package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import heddle.fuse.FuseLibrary.Fuse;
import heddle.fuse.Structs.Buffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The first exchange on a FUSE connection, where the kernel offers features and is told which ones
 * are wanted. libfuse 2 writes that answer and knows only the features of its time; without the one
 * below the kernel does one look-up at a time in each directory, and a look-up that waits for a
 * dead server stops every {@code ls} beside it; files that are read past the kernel's pages cannot
 * be mapped to share them; and before each write it asks for an attribute, to see whether the file
 * has privileges to lose. So libfuse's answer is caught in a pipe, bits are added and the kernel
 * gets it from here. Likewise locks: libfuse would have us announce them by functions, which would
 * have to wait on a thread of the loop.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, {@code fuse_init_in} and {@code
 * fuse_init_out}.
 */
final class Greeting {
  private static final int INIT = 26;
  private static final int PARALLEL_DIRECTORY_OPERATIONS = 1 << 18;
  private static final int SET_ID_IS_OURS = 1 << 28; // FUSE_HANDLE_KILLPRIV_V2
  private static final int LOCKS = 1 << 1 | 1 << 10; // of ranges and whole files
  private static final int MORE_FLAGS = 1 << 30;
  private static final int MAPPED_DIRECT_IO = 1 << 4; // of those

  private static final int OFFERED_FLAGS = RequestHeader.SIZE + 12; // offsets in the request
  private static final int MORE_OFFERED_FLAGS = RequestHeader.SIZE + 16;
  private static final int WANTED_FLAGS = 28; // offsets in the answer
  private static final int MORE_WANTED_FLAGS = 48;
  private static final int WHOLE_LENGTH = 80; // bytes, of an answer with all fields
  private static final int ANSWER_CAPACITY = 256; // bytes

  private final Fuse library;
  private final C c = FuseLibrary.loadC();

  private final int wishes;

  private Greeting(Fuse library, int wishes) {
    this.library = library;
    this.wishes = wishes;
  }

  /** Processes the request in {@code buffer}, which is the first of the session. */
  static void answer(
      Fuse library, Pointer session, Pointer channel, Pointer buffer, MountOptions.Locks locks) {
    Pointer request = buffer.getPointer(Buffer.MEMORY);
    if (RequestHeader.opcode(request) != INIT) {
      library.fuse_session_process_buf(session, buffer, channel);
      return;
    }
    int offered = request.getInt(OFFERED_FLAGS);
    boolean mapsDirectIo =
        (offered & MORE_FLAGS) != 0 && (request.getInt(MORE_OFFERED_FLAGS) & MAPPED_DIRECT_IO) != 0;
    int always = PARALLEL_DIRECTORY_OPERATIONS | SET_ID_IS_OURS | (mapsDirectIo ? MORE_FLAGS : 0);
    int wishes =
        switch (locks) {
          case KERNEL -> always;
          case TREE -> always | LOCKS;
        };
    new Greeting(library, wishes).answer(session, channel, buffer, offered);
  }

  private void answer(Pointer session, Pointer channel, Pointer buffer, int offered) {
    Pointer ends = Memory.allocateDirect(Runtime.getSystemRuntime(), 2 * Integer.BYTES, true);
    if (c.pipe(ends) != 0) {
      library.fuse_session_process_buf(session, buffer, channel);
      return;
    }
    int out = ends.getInt(0);
    Pointer pipe = library.fuse_kern_chan_new(ends.getInt(Integer.BYTES));
    try {
      library.fuse_session_process_buf(session, buffer, pipe);
      Pointer answer = Memory.allocateDirect(Runtime.getSystemRuntime(), ANSWER_CAPACITY, true);
      long length = c.read(out, answer, ANSWER_CAPACITY);
      if (length >= WANTED_FLAGS + Integer.BYTES) {
        int flags = offered & wishes;
        answer.putInt(WANTED_FLAGS, answer.getInt(WANTED_FLAGS) | flags);
        if ((flags & MORE_FLAGS) != 0) {
          answer.putInt(0, WHOLE_LENGTH); // begins with its length
          answer.putInt(MORE_WANTED_FLAGS, MAPPED_DIRECT_IO);
          length = WHOLE_LENGTH;
        }
      }
      c.write(library.fuse_chan_fd(channel), answer, length);
    } finally {
      library.fuse_chan_destroy(pipe); // closes its end
      c.close(out);
    }
  }
}
