package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's requests about locks, which libfuse never sees: each is worked on by a virtual
 * thread of its own and answered from here. So however many wait for locks, they hold none of the
 * threads that others need. Thread-safe.
 *
 * <p>Protocol source: Linux include/uapi/linux/fuse.h, {@code fuse_lk_in}, {@code fuse_lk_out},
 * {@code fuse_out_header}.
 */
final class LockRequests {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final int MAX_UNDER_WAY = 10_000;

  static final int GETLK = 31;
  static final int SETLK = 32;
  static final int SETLKW = 33;

  private static final int HANDLE = RequestHeader.SIZE; // offsets in a request
  private static final int OWNER = RequestHeader.SIZE + 8;
  private static final int FIRST = RequestHeader.SIZE + 16;
  private static final int LAST = RequestHeader.SIZE + 24;
  private static final int TYPE = RequestHeader.SIZE + 32;
  private static final int PROCESS = RequestHeader.SIZE + 36;
  private static final int FLAGS = RequestHeader.SIZE + 40;
  private static final int IS_FLOCK = 1;

  private static final int HEADER_BYTES = 16; // of an answer
  private static final int LOCK_BYTES = 24;

  /** The lock of a request or answer, with Linux's numbers for its type. */
  record Lock(long first, long last, int type, int process) {
    static final int SHARED = 0;
    static final int EXCLUSIVE = 1;
    static final int NONE = 2;
  }

  /**
   * A request.
   *
   * @param handle of the open file
   * @param owner the process, or the open file, as the kernel numbers them
   * @param flock whether it is about the lock of the whole file
   */
  record Request(int opcode, long handle, long owner, Lock lock, boolean flock) {}

  /**
   * What is answered.
   *
   * @param error 0, or a negative number
   * @param lock what is in the way; only of GETLK
   * @param renewal there if the kernel's pages and attributes of the file are out of date: is told
   *     when the kernel has forgotten them; whoever gets a lock until then has them forgotten, too
   */
  record Answer(int error, Lock lock, Optional<Runnable> renewal) {
    static final Lock NO_LOCK = new Lock(0, 0, Lock.NONE, 0);

    static Answer of(int error) {
      return new Answer(error, NO_LOCK, Optional.empty());
    }
  }

  /** What does the work. */
  interface Worker {
    /** Works on a request; blocks until that is done, or the thread is interrupted. */
    Answer work(Request request);

    /** The request was granted, and who asked for it has not been told. */
    void undo(Request request);
  }

  private final int descriptor;
  private final C c = FuseLibrary.loadC();
  private final Worker worker;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock(); // of the descriptor
  private boolean closed; // guarded by use
  private final Map<Long, UnderWay> underWay = new ConcurrentHashMap<>();

  /** Who works on a request, and the thread of the program that waits for the answer. */
  private record UnderWay(Thread thread, int opcode, int caller) {}

  /**
   * @param descriptor of the connection to the kernel
   */
  LockRequests(int descriptor, Worker worker) {
    this.descriptor = descriptor;
    this.worker = worker;
  }

  /** Returns whether the request in {@code memory} is one about locks; then it will be answered. */
  boolean take(Pointer memory) {
    int opcode = RequestHeader.opcode(memory);
    if (opcode != GETLK && opcode != SETLK && opcode != SETLKW) {
      return false;
    }
    Lock lock =
        new Lock(
            memory.getLong(FIRST),
            memory.getLong(LAST),
            memory.getInt(TYPE),
            memory.getInt(PROCESS));
    boolean flock = (memory.getInt(FLAGS) & IS_FLOCK) != 0;
    Request request =
        new Request(opcode, memory.getLong(HANDLE), memory.getLong(OWNER), lock, flock);
    long number = RequestHeader.number(memory);
    long node = RequestHeader.node(memory);
    if (underWay.size() >= MAX_UNDER_WAY && lock.type() != Lock.NONE) {
      answer(number, opcode, Answer.of(Errno.EAGAIN.result()));
      return true;
    }
    Thread thread =
        Thread.ofVirtual().name("heddle-lock-request").unstarted(() -> run(request, number, node));
    underWay.put(number, new UnderWay(thread, opcode, RequestHeader.caller(memory)));
    thread.start();
    return true;
  }

  /**
   * Ends the wait of that request; returns whether there is one, of this kind. One that does not
   * wait for a lock ends only if its caller does: no program expects EINTR of it.
   */
  boolean interrupt(long number) {
    UnderWay found = underWay.get(number);
    if (found == null) {
      return false;
    }
    if (found.opcode() == SETLKW || PendingSignals.isEndOf(found.caller())) {
      found.thread().interrupt();
    }
    return true;
  }

  private void run(Request request, long number, long node) {
    Answer answer = Answer.of(Errno.EIO.result());
    try {
      answer = worker.work(request);
    } catch (Throwable e) { // also an Error: who asked must be answered
      LOG.error("{} failed unexpectedly", request, e);
    } finally {
      underWay.remove(number);
    }
    Answer last = answer;
    if (last.renewal().isPresent()) {
      Runnable renewal = last.renewal().get();
      Runnable rest =
          () -> {
            invalidate(node);
            renewal.run();
            finish(request, number, last);
          };
      try { // it may wait for pages that are being read: nothing for our carriers
        Thread.ofPlatform().daemon().name("heddle-invalidate").start(rest);
      } catch (OutOfMemoryError e) { // also when the system has no more threads
        rest.run();
      }
    } else {
      finish(request, number, last);
    }
  }

  private void finish(Request request, long number, Answer answer) {
    boolean told = answer(number, request.opcode(), answer);
    if (!told && answer.error() == 0 && request.opcode() != GETLK) {
      worker.undo(request);
    }
  }

  /** Has the kernel forget pages and attributes of a file. */
  private void invalidate(long node) {
    write(Forgetting.all(node), Forgetting.BYTES);
  }

  private boolean answer(long number, int opcode, Answer answer) {
    boolean showsLock = opcode == GETLK && answer.error() == 0;
    int length = showsLock ? HEADER_BYTES + LOCK_BYTES : HEADER_BYTES;
    Pointer message = allocate(length);
    header(message, length, answer.error(), number);
    if (showsLock) {
      message.putLong(HEADER_BYTES, answer.lock().first());
      message.putLong(HEADER_BYTES + 8, answer.lock().last());
      message.putInt(HEADER_BYTES + 16, answer.lock().type());
      message.putInt(HEADER_BYTES + 20, answer.lock().process());
    }
    return write(message, length);
  }

  private boolean write(Pointer message, int length) {
    use.readLock().lock();
    try {
      return !closed && c.write(descriptor, message, length) == length;
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Writes nothing any more; returns false if somebody still uses the descriptor after {@code
   * patience}.
   */
  boolean close(Duration patience) throws InterruptedException {
    if (!use.writeLock().tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    try {
      closed = true;
      return true;
    } finally {
      use.writeLock().unlock();
    }
  }

  private static Pointer allocate(int length) {
    return Memory.allocateDirect(Runtime.getSystemRuntime(), length, true);
  }

  private static void header(Pointer message, int length, int error, long number) {
    message.putInt(0, length);
    message.putInt(4, error);
    message.putLong(8, number);
  }
}
