package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import heddle.fuse.FuseLibrary.Fuse;
import heddle.fuse.Structs.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted file system: libfuse's session, with loop threads of our own.
 *
 * <p>libfuse's loops are not used. {@code fuse_loop_mt} makes native threads without end, and
 * {@code fuse_loop} would hide from us when a thread is busy; a loop is only "receive a request,
 * process it", which libfuse offers as two functions.
 */
final class FuseSession {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  /** Greatest number of operations under way at once. */
  static final int MAX_THREADS = 1024;

  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final short READABLE = 1; // POLLIN

  // of a request
  private static final int INTERRUPTED_NUMBER = RequestHeader.SIZE;
  private static final int INTERRUPT = 36;

  private final Fuse library;
  private final OperationTable operations;
  private final Pointer fuse;
  private final Pointer session;
  private final Pointer channel;
  private final Pointer mountPoint;
  private final Interrupts interrupts;
  private final C c = FuseLibrary.loadC();
  private final LoopThreads threads;
  private final LockRequests locks;

  private FuseSession(
      Fuse library,
      OperationTable operations,
      Pointer fuse,
      Pointer mountPoint,
      Interrupts interrupts,
      Runnable onEnd) {
    this.library = library;
    this.operations = operations;
    this.fuse = fuse;
    this.mountPoint = mountPoint;
    this.session = library.fuse_get_session(fuse);
    this.channel = library.fuse_session_next_chan(session, null);
    this.interrupts = interrupts;
    this.locks = new LockRequests(library.fuse_chan_fd(channel), operations.locks());
    this.threads = new LoopThreads(FuseWorker::new, MAX_THREADS, onEnd);
  }

  /**
   * Mounts and begins to answer the kernel.
   *
   * @param onEnd called once, when the kernel has unmounted
   * @throws MountException if libfuse refuses; it has then written the reason to standard error
   */
  static FuseSession mount(
      Fuse library,
      OperationTable operations,
      byte[] mountPoint,
      MountOptions options,
      Runnable onEnd)
      throws MountException {
    Pointer mountPointOut = Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);
    Pointer multithreadedOut = Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);
    List<byte[]> arguments =
        List.of(
            "heddle".getBytes(StandardCharsets.US_ASCII),
            "-f".getBytes(StandardCharsets.US_ASCII),
            "-o".getBytes(StandardCharsets.US_ASCII),
            options.forFuse().getBytes(StandardCharsets.UTF_8),
            mountPoint);
    Pointer fuse;
    try (var argv = new NativeStrings(arguments)) {
      fuse =
          library.fuse_setup(
              arguments.size(),
              argv.array(),
              operations.memory(),
              operations.size(),
              mountPointOut,
              multithreadedOut,
              null);
    }
    if (fuse == null) {
      throw new MountException("FUSE could not mount; the line above says why");
    }
    var interrupts =
        new Interrupts(options.endsWaitsAtAnySignal() ? thread -> true : PendingSignals::isEndOf);
    var mounted =
        new FuseSession(library, operations, fuse, mountPointOut.getPointer(0), interrupts, onEnd);
    mounted.start(options.locks());
    return mounted;
  }

  private void start(MountOptions.Locks announced) {
    var first = new FuseWorker();
    if (first.receive()) { // the kernel's greeting
      Greeting.answer(library, session, channel, first.buffer, announced);
    }
    threads.start();
  }

  /** Returns the number of requests of the kernel so far. */
  long requests() {
    return threads.requests();
  }

  /** Returns for how long the oldest of these operations has been under way; zero if none is. */
  Duration oldest(OperationKind kind) {
    return threads.oldest(kind, System.nanoTime());
  }

  /**
   * Gives libfuse's memory back if all threads have left it within {@code patience}; else it stays,
   * since they still use it. To be called after the unmount.
   */
  void close(Duration patience) throws InterruptedException {
    if (threads.awaitThreads(patience) && locks.close(patience)) {
      // libfuse knows only the latest session as the one of its handlers, and complains of others
      library.fuse_set_signal_handlers(session);
      library.fuse_teardown(fuse, mountPoint);
      LOG.debug("torn down: {} operations known to libfuse", operations.size() / Long.BYTES);
    } else {
      LOG.debug("{} operations are still under way", threads.busy());
    }
  }

  /** The memory of one loop thread, with what it does. */
  private final class FuseWorker implements LoopThreads.Worker {
    private final long capacity = library.fuse_chan_bufsize(channel);
    private final Pointer memory =
        Memory.allocateDirect(Runtime.getSystemRuntime(), (int) capacity);
    private final Pointer buffer =
        Memory.allocateDirect(Runtime.getSystemRuntime(), Buffer.SIZE, true);
    private final Pointer channelInOut =
        Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES);

    private final Pointer polled =
        Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);

    private @Nullable CurrentRequest current; // of the thread, when it has one; before its slot
    private volatile Interrupts.@Nullable Slot slot; // likewise

    FuseWorker() {
      buffer.putPointer(Buffer.MEMORY, memory);
      polled.putInt(0, library.fuse_chan_fd(channel));
      polled.putShort(Integer.BYTES, READABLE);
    }

    @Override
    public boolean isThere() {
      return c.poll(polled, 1, 0) > 0;
    }

    @Override
    public boolean receive() {
      while (true) {
        buffer.putLong(Buffer.LENGTH, capacity);
        buffer.putInt(Buffer.FLAGS, 0);
        channelInOut.putPointer(0, channel);
        int result = library.fuse_session_receive_buf(session, buffer, channelInOut);
        if (result > 0) {
          return true;
        }
        if (result != -EINTR && result != -EAGAIN) {
          LOG.debug("session ended: {}", result);
          return false;
        }
      }
    }

    @Override
    public OperationKind kind() {
      return OperationKind.of(RequestHeader.opcode(memory));
    }

    @Override
    public void process() {
      if (RequestHeader.opcode(memory) == INTERRUPT) {
        long number = memory.getLong(INTERRUPTED_NUMBER);
        if (locks.interrupt(number)) {
          return;
        }
        interrupts.interrupt(number);
        locks.interrupt(number); // it may have come to its thread meanwhile
      } else if (locks.take(memory)) {
        long number = RequestHeader.number(memory);
        if (interrupts.isEarly(number)) {
          locks.interrupt(number);
        }
        return;
      }
      CurrentRequest request = CurrentRequest.ofThread();
      Interrupts.Slot mine = slot;
      if (mine == null) {
        current = request;
        mine = interrupts.slot();
        slot = mine;
      }
      request.begin(RequestHeader.opcode(memory), SetId.isToDrop(memory) ? this::forgetMode : null);
      mine.begin(RequestHeader.number(memory), RequestHeader.caller(memory));
      try {
        library.fuse_session_process_buf(session, buffer, channel);
      } finally {
        mine.end();
      }
    }

    /** The kernel does not ask again by itself before the attributes' time is over. */
    private void forgetMode() {
      if (SetId.isToldByAnswer(memory)) {
        return;
      }
      Pointer message = Forgetting.attributes(RequestHeader.node(memory));
      c.write(library.fuse_chan_fd(channel), message, Forgetting.BYTES);
    }

    @Override
    public boolean giveUp(BooleanSupplier condition) {
      Interrupts.Slot its = slot;
      CurrentRequest request = current;
      return its != null
          && request != null
          && its.interruptIf(
              () -> {
                boolean so = condition.getAsBoolean();
                if (so) {
                  request.giveUp();
                }
                return so;
              });
    }

    @Override
    public void leave() {
      Interrupts.Slot mine = slot;
      if (mine != null) {
        mine.giveBack();
      }
    }
  }
}
