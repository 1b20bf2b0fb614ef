package heddle.fuse;

import heddle.afs.AfsException;
import heddle.afs.FileLocks;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.fuse.LockRequests.Answer;
import heddle.fuse.LockRequests.Lock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks on open files, as {@code fcntl} and {@code flock} ask for them. Thread-safe. */
final class LockOperations implements LockRequests.Worker {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  private final MountState state;

  LockOperations(MountState state) {
    this.state = state;
  }

  @Override
  public Answer work(LockRequests.Request request) {
    OpenFile open = state.files().find(request.handle());
    if (open == null) {
      return Answer.of(OperationRunner.noSuchHandle("lock"));
    }
    return switch (request.opcode()) {
      case LockRequests.GETLK -> conflict(open, request);
      case LockRequests.SETLK -> set("setlk", open, request);
      default -> set("setlkw", open, request);
    };
  }

  private Answer set(String operation, OpenFile open, LockRequests.Request request) {
    AtomicReference<@Nullable Runnable> renewal = new AtomicReference<>();
    int result =
        run(
            operation,
            open,
            () -> {
              if (request.lock().type() == Lock.NONE) {
                open.file().locks().unlock(owner(request), range(request));
              } else {
                lock(open, request);
                renewal(open).ifPresent(renewal::set);
              }
              return 0;
            });
    return new Answer(result, Answer.NO_LOCK, Optional.ofNullable(renewal.get()));
  }

  private int run(String operation, OpenFile open, OperationRunner.Operation body) {
    return state
        .runner()
        .run(
            operation,
            open.path(),
            () -> {
              try {
                return body.run();
              } catch (AfsException.ReadOnlyVolume e) {
                return Errno.EBADF.result(); // what an exclusive lock gets that cannot be
              }
            });
  }

  private Answer conflict(OpenFile open, LockRequests.Request request) {
    Lock[] found = {Answer.NO_LOCK};
    int result =
        run(
            "getlk",
            open,
            () -> {
              Optional<LockRequest> conflict = open.file().locks().conflict(wanted(request));
              conflict.ifPresent(inTheWay -> found[0] = shown(inTheWay));
              return 0;
            });
    return new Answer(result, found[0], Optional.empty());
  }

  private static Lock shown(LockRequest lock) {
    int type = lock.mode() == LockMode.EXCLUSIVE ? Lock.EXCLUSIVE : Lock.SHARED;
    return new Lock(lock.range().first(), lock.range().last(), type, lock.process());
  }

  private static void lock(OpenFile open, LockRequests.Request request) throws AfsException {
    FileLocks locks = open.file().locks();
    if (request.opcode() == LockRequests.SETLKW) {
      locks.lock(wanted(request));
    } else {
      locks.tryLock(wanted(request));
    }
  }

  /** What is read under a lock must be what others have left: see {@link Answer#renewal}. */
  private static Optional<Runnable> renewal(OpenFile open) {
    try {
      long version = open.file().status().foreignVersion();
      return open.mayHavePagesBut(version)
          ? Optional.of(() -> open.pagesAreOf(version))
          : Optional.empty();
    } catch (AfsException e) {
      return Optional.of(() -> {}); // nothing is known of what the kernel gets now
    }
  }

  @Override
  public void undo(LockRequests.Request request) {
    OpenFile open = state.files().find(request.handle());
    if (open != null && request.lock().type() != Lock.NONE) {
      try {
        open.file().locks().unlock(owner(request), range(request));
      } catch (AfsException.TooManyLocks e) {
        LOG.debug("a lock stays until its owner closes the file: {}", e.getMessage());
      }
    }
  }

  private static LockRequest wanted(LockRequests.Request request) {
    LockMode mode = request.lock().type() == Lock.EXCLUSIVE ? LockMode.EXCLUSIVE : LockMode.SHARED;
    return new LockRequest(owner(request), range(request), mode, request.lock().process());
  }

  private static LockOwner owner(LockRequests.Request request) {
    return request.flock()
        ? LockOwner.ofWholeFiles(request.owner())
        : LockOwner.ofRanges(request.owner());
  }

  private static LockRange range(LockRequests.Request request) {
    return request.flock()
        ? LockRange.WHOLE
        : new LockRange(request.lock().first(), request.lock().last());
  }
}
